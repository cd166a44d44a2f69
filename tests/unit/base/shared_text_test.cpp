#include "base/shared_text.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace staves::base {
namespace {

TEST(SharedText, EqualTextsAreKeptOnceAndGoWithTheLastWhoHasThem) {
  const std::size_t before = SharedText::kept();
  {
    const SharedText one("a text that nobody else has");
    const SharedText other(std::string("a text that nobody else ") + "has");
    EXPECT_EQ(&one.text(), &other.text());
    EXPECT_EQ(one, other);
    EXPECT_EQ(SharedText::kept(), before + 1);
  }
  EXPECT_EQ(SharedText::kept(), before);
}

TEST(SharedText, ReadsLikeTheText) {
  const SharedText text("ns");
  const std::string& as_text = text;
  EXPECT_EQ(as_text, "ns");
  EXPECT_EQ(text, "ns");
  EXPECT_NE(text, SharedText("other"));
  EXPECT_LT(text, SharedText("nt"));
  EXPECT_EQ("in " + text + "/x", "in ns/x");
  EXPECT_FALSE(text.empty());
}

TEST(SharedText, TheEmptyTextIsNotKept) {
  const std::size_t before = SharedText::kept();
  const SharedText none("");
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none, SharedText());
  EXPECT_EQ(none.text(), "");
  EXPECT_EQ(SharedText::kept(), before);
}

TEST(SharedText, IsCopiedMovedAndAssigned) {
  SharedText one("first");
  const SharedText copy = one;
  one = SharedText("second");
  EXPECT_EQ(copy, "first");
  SharedText moved = std::move(one);
  EXPECT_EQ(moved, "second");
  const SharedText& itself = moved;
  moved = itself;
  EXPECT_EQ(moved, "second");
}

TEST(SharedText, ManyThreadsComeAndGo) {
  const std::size_t before = SharedText::kept();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([] {
      for (int i = 0; i < 5000; ++i) {
        const SharedText text("text " + std::to_string(i % 3));
        SharedText copy = text;
        EXPECT_EQ(copy.text(), "text " + std::to_string(i % 3));
      }
    });
  }
  threads.clear();
  EXPECT_EQ(SharedText::kept(), before);
}

}  // namespace
}  // namespace staves::base
