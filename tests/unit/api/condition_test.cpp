#include "api/condition.h"

#include <gtest/gtest.h>

#include "api/reason.h"

namespace staves::api {
namespace {

using namespace std::chrono_literals;

const base::TimePoint noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1} + 12h};

Condition ready(ConditionStatus status, std::string message) {
  return {.type = "Ready", .status = status, .reason = "Building", .message = std::move(message)};
}

TEST(Condition, KeepsItsTransitionTimeUntilTheStatusFlips) {
  Conditions conditions;
  set_condition(conditions, ready(ConditionStatus::False, "a"), noon);
  set_condition(conditions, ready(ConditionStatus::False, "b"), noon + 1min);
  ASSERT_EQ(conditions.size(), 1U);
  EXPECT_EQ(conditions[0].message, "b");
  EXPECT_EQ(conditions[0].last_transition_time, noon);
  set_condition(conditions, ready(ConditionStatus::True, "c"), noon + 2min);
  EXPECT_EQ(conditions[0].last_transition_time, noon + 2min);
}

TEST(Condition, IsFoundAndRemovedByItsType) {
  Conditions conditions;
  set_condition(conditions, ready(ConditionStatus::True, ""), noon);
  set_condition(conditions,
                {.type = "Stalled", .status = ConditionStatus::True, .reason = "InvalidSpec", .message = ""}, noon);
  ASSERT_NE(find_condition(conditions, "Stalled"), nullptr);
  EXPECT_EQ(find_condition(conditions, "Stalled")->reason, "InvalidSpec");
  remove_condition(conditions, "Stalled");
  EXPECT_EQ(find_condition(conditions, "Stalled"), nullptr);
  remove_condition(conditions, "Stalled");
  EXPECT_EQ(conditions.size(), 1U);
}

TEST(Reason, SpellsEveryReasonAsTheEnumDoes) {
  EXPECT_EQ(to_string(BuildReason::First), "First");
  EXPECT_EQ(to_string(BuildReason::Trigger), "Trigger");
  EXPECT_EQ(build_reason_from("Tree"), BuildReason::Tree);
  EXPECT_EQ(build_reason_from("Moon"), std::nullopt);
  EXPECT_EQ(to_string(ReadyReason::Built), "Built");
  EXPECT_EQ(to_string(ReadyReason::Available), "Available");
  EXPECT_EQ(to_string(ReadyReason::InvalidSpec), "InvalidSpec");
  EXPECT_EQ(to_string(ReadyReason::Retrying), "Retrying");
  EXPECT_EQ(to_string(ReadyReason::LookingUp), "LookingUp");
  EXPECT_EQ(to_string(ReadyReason::RegistryUnreachable), "RegistryUnreachable");
  EXPECT_EQ(to_string(ReadyReason::NameTaken), "NameTaken");
}

}  // namespace
}  // namespace staves::api
