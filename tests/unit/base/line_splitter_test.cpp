#include "base/line_splitter.h"

#include <vector>

#include "gtest/gtest.h"

namespace staves::base {
namespace {

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  const LineSplitter::OnLine keep = [&](std::string_view line) { lines.emplace_back(line); };
  LineSplitter splitter(keep);
  for (const auto& piece : pieces) splitter.feed(piece);
  splitter.finish();
  return lines;
}

TEST(LineSplitter, GivesTheSameLinesHoweverTheBytesCome) {
  const std::vector<std::string> wanted{"one", "", "three"};
  EXPECT_EQ(lines_of({"one\n\nthree"}), wanted);
  EXPECT_EQ(lines_of({"o", "ne", "\n", "\n", "th", "ree\n"}), wanted);
}

TEST(LineSplitter, CutsALineThatIsTooLong) {
  const std::size_t limit = 64U << 10U;
  EXPECT_EQ(lines_of({std::string(limit, 'x') + "\n"}).size(), 1U);
  const auto pieces = lines_of({std::string(limit + 1, 'x') + "\ny\n"});
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].size(), limit);
  EXPECT_EQ(pieces[1], "x");
  EXPECT_EQ(pieces[2], "y");
}

}  // namespace
}  // namespace staves::base
