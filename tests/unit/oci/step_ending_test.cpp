#include "oci/step_ending.h"

#include <gtest/gtest.h>

namespace staves::oci {
namespace {

TEST(StepEnding, BlamesTheSpecForAnAddressThatNobodyCanAsk) {
  const base::Error error{"InvalidUrl", "URL using bad/illegal format", base::Retry::never()};
  for (const auto direction : {Direction::Push, Direction::Pull}) {
    const auto result = result_of(error, direction);
    ASSERT_TRUE(result.failure);
    EXPECT_EQ(result.failure->failure_class, api::FailureClass::InvalidConfiguration);
    EXPECT_EQ(exit_code_of(result), api::exit_code::failed_by_input);
  }
}

}  // namespace
}  // namespace staves::oci
