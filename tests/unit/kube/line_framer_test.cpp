#include "kube/line_framer.h"

#include <gtest/gtest.h>

namespace staves::kube {
namespace {

std::vector<std::string> lines_of(LineFramer& framer, const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  for (const std::string& piece : pieces) {
    framer.feed(piece, [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
  }
  return lines;
}

TEST(LineFramer, LinesAreTheSameWhereverTheBytesAreCut) {
  const std::string text = "{\"a\":1}\n{\"b\":\"\\n\"}\n\n{\"c\":3}\n";
  const std::vector<std::string> expected{"{\"a\":1}", "{\"b\":\"\\n\"}", "", "{\"c\":3}"};
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      LineFramer framer;
      EXPECT_EQ(lines_of(framer, {text.substr(0, first), text.substr(first, second - first), text.substr(second)}),
                expected);
    }
  }
}

TEST(LineFramer, ALastLineWithoutItsNewlineIsNeverHandedOver) {
  LineFramer framer;
  EXPECT_EQ(lines_of(framer, {"one\n{\"type\":\"ADD"}), std::vector<std::string>{"one"});
}

TEST(LineFramer, ALineAboveTheLimitIsLeftOutAndTheNextOneIsRead) {
  for (std::size_t cut = 0; cut <= 12; ++cut) {
    LineFramer framer(5);
    const std::string text = "123456789\n12345\nx\n";
    EXPECT_EQ(lines_of(framer, {text.substr(0, cut), text.substr(cut)}), (std::vector<std::string>{"12345", "x"}))
        << cut;
    EXPECT_EQ(framer.oversized(), 1U) << cut;
  }
}

TEST(LineFramer, StopsWhenTheReaderWantsNoMore) {
  LineFramer framer;
  int seen = 0;
  EXPECT_FALSE(framer.feed("a\nb\nc\n", [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace staves::kube
