#include "command/words.h"

#include "command/table.h"
#include "gtest/gtest.h"

namespace staves::command {
namespace {

using namespace std::chrono_literals;

TEST(Words, DurationsHaveTheUnitsThatMatter) {
  EXPECT_EQ(duration_text(0s), "0s");
  EXPECT_EQ(duration_text(119s), "119s");
  EXPECT_EQ(duration_text(150s), "2m30s");
  EXPECT_EQ(duration_text(15min), "15m");
  EXPECT_EQ(duration_text(3h + 20min), "3h20m");
  EXPECT_EQ(duration_text(50h), "2d");
  EXPECT_EQ(duration_text(-5s), "0s");
}

TEST(Words, SizesAreRounded) {
  EXPECT_EQ(bytes_text(0), "-");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(3'095'364), "3.1 MB");
}

TEST(Words, NothingMovesTheCursor) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\r"), "a?[2Jb c?");
}

TEST(Words, CutsBetweenCharacters) {
  EXPECT_EQ(fit("größer", 4), "grö…");
  EXPECT_EQ(fit("größer", 6), "größer");
  EXPECT_EQ(fit("x", 0), "");
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(table_text({{"NAME", "AGE"}, {"größer", "1s"}, {"x", ""}}),
            "NAME     AGE\n"
            "größer   1s\n"
            "x        -\n");
}

}  // namespace
}  // namespace staves::command
