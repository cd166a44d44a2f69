#include "kube/own_writes.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace staves::kube {
namespace {

OwnWrites::Seen all_at(const std::string& version) {
  return [version](const std::string&) { return version; };
}

TEST(OwnWrites, ARoundWaitsUntilItsLastWriteHasBeenSeen) {
  OwnWrites writes(std::make_shared<test::ManualClock>());
  writes.wrote("a", "Job", "100");
  EXPECT_FALSE(writes.caught_up("a", all_at("99")));
  EXPECT_TRUE(writes.caught_up("b", all_at("1")));
  EXPECT_TRUE(writes.caught_up("a", all_at("100")));
}

TEST(OwnWrites, TheHighestVersionOfEachKindCounts) {
  OwnWrites writes(std::make_shared<test::ManualClock>());
  writes.wrote("a", "Job", "100");
  writes.wrote("a", "Job", "90");
  writes.wrote("a", "Image", "20");
  const auto seen = [](const std::string& kind) { return std::string(kind == "Job" ? "95" : "20"); };
  EXPECT_FALSE(writes.caught_up("a", seen));
  const auto later = [](const std::string& kind) { return std::string(kind == "Job" ? "100" : "20"); };
  EXPECT_TRUE(writes.caught_up("a", later));
}

TEST(OwnWrites, WhatWasSeenOnceIsNotWaitedForAgain) {
  OwnWrites writes(std::make_shared<test::ManualClock>());
  writes.wrote("a", "Job", "100");
  EXPECT_TRUE(writes.caught_up("a", all_at("100")));
  EXPECT_TRUE(writes.caught_up("a", all_at("5")));
}

TEST(OwnWrites, VersionsThatCannotBeComparedHoldNobodyUp) {
  OwnWrites writes(std::make_shared<test::ManualClock>());
  writes.wrote("a", "Job", "abc");
  EXPECT_TRUE(writes.caught_up("a", all_at("99")));
  writes.wrote("b", "Job", "100");
  EXPECT_TRUE(writes.caught_up("b", all_at("")));
}

TEST(OwnWrites, NobodyWaitsForEverForWhatAServerHadThatWasSetBack) {
  const auto clock = std::make_shared<test::ManualClock>();
  OwnWrites writes(clock);
  writes.wrote("a", "Job", "100");
  clock->advance(std::chrono::minutes(4));
  EXPECT_FALSE(writes.caught_up("a", all_at("7")));
  clock->advance(std::chrono::minutes(1));
  EXPECT_TRUE(writes.caught_up("a", all_at("7")));
}

TEST(OwnWrites, AForgottenKeyHasWrittenNothing) {
  OwnWrites writes(std::make_shared<test::ManualClock>());
  writes.wrote("a", "Job", "100");
  writes.forget("a");
  EXPECT_TRUE(writes.caught_up("a", all_at("1")));
}

}  // namespace
}  // namespace staves::kube
