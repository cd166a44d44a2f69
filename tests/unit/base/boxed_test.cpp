#include "base/boxed.h"

#include <gtest/gtest.h>

#include <string>

namespace staves::base {
namespace {

TEST(Boxed, IsAValueOrNothing) {
  Boxed<std::string> box;
  EXPECT_FALSE(box);
  box = std::string("text");
  ASSERT_TRUE(box);
  EXPECT_EQ(*box, "text");
  EXPECT_EQ(box->size(), 4U);
  box = std::nullopt;
  EXPECT_FALSE(box.has_value());
}

TEST(Boxed, ACopyHasAValueOfItsOwn) {
  Boxed<std::string> box(std::string("text"));
  Boxed<std::string> copy = box;
  EXPECT_EQ(box, copy);
  *copy += " more";
  EXPECT_EQ(*box, "text");
  EXPECT_NE(box, copy);
  copy = box;
  EXPECT_EQ(box, copy);
}

TEST(Boxed, IsMadeFromAnOptional) {
  EXPECT_FALSE(Boxed<int>(std::optional<int>()));
  EXPECT_EQ(Boxed<int>(std::optional(3)), Boxed<int>(3));
  EXPECT_NE(Boxed<int>(3), Boxed<int>());
}

}  // namespace
}  // namespace staves::base
