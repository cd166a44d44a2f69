#include "api/bounded_text.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

std::size_t dumped_size(const std::string& text) {
  return base::to_canonical_json(base::Json(text)).size() - 2;
}

TEST(BoundedText, ReplacesBytesThatAreNoUtf8AndKeepsAllOthers) {
  EXPECT_EQ(valid_utf8("grün €😀"), "grün €😀");
  EXPECT_EQ(valid_utf8("a\xFFz"), "a?z");
  EXPECT_EQ(valid_utf8("a\xC3"), "a?");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "??") << "an overlong slash";
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "???") << "a surrogate";
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), "????") << "above U+10FFFF";
}

TEST(BoundedText, CountsWhatTheJsonWriterWrites) {
  const std::string text = "tab\t quote\" back\\ bell\a newline\n delete\x7F €";
  EXPECT_EQ(json_size(text), dumped_size(text));
}

TEST(BoundedText, CutsTheEndBetweenCharactersAndSaysSo) {
  const std::string text = "abc€€€€€€";
  for (std::size_t gone = 0; gone <= text.size() + 2; ++gone) {
    const std::string cut = cut_end(text, gone);
    EXPECT_EQ(valid_utf8(cut), cut);
    EXPECT_LE(json_size(cut), text.size() - std::min(gone, text.size()));
    if (gone > 0 && !cut.empty()) {
      EXPECT_TRUE(cut.ends_with("..."));
    }
  }
}

TEST(BoundedText, CutsTheFrontToAWholeLine) {
  EXPECT_EQ(cut_front("first line\nsecond line\nlast", 3), "second line\nlast");
  EXPECT_EQ(cut_front("first\nsecond", 7), "second")
      << "a line break counts two bytes in JSON, and a line that begins there stays";
  EXPECT_EQ(cut_front("€€€", 1), "€€") << "never inside a character";
  EXPECT_EQ(cut_front("one long line", 4), "long line");
  EXPECT_EQ(cut_front("short", 99), "");
  EXPECT_EQ(cut_front("short", 0), "short");
}

TEST(BoundedText, KeepsAtMostSoManyJsonBytes) {
  EXPECT_EQ(at_most("hello", 5), "hello");
  EXPECT_EQ(at_most("hello world", 8), "hello...");
  EXPECT_LE(dumped_size(at_most("\x01\x02\x03\x04\x05", 20)), 20U);
}

}  // namespace
}  // namespace staves::api
