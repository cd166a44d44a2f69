#include <gtest/gtest.h>

#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "unit/decide/golden_case.h"

namespace staves::decide::testing {
namespace {

using base::Json;

Decision decide(const Model& model) {
  return decide_image(model.observe_image());
}

int rounds_to_rest(Model& model) {
  for (int round = 0; round < 10; ++round) {
    const Decision decision = decide(model);
    if (decision.actions.empty()) return round;
    model.perform(decision);
  }
  return 10;
}

Json without_version(const Model& model) {
  Json state = model.state();
  state["image"]["metadata"].erase("resourceVersion");
  return state;
}

/// Everything that is worth a crash: cases whose decision has more than one action.
class AfterACrash : public ::testing::TestWithParam<std::string> {};

TEST_P(AfterACrash, TheNextRoundsComeToTheSameEndWithTheSameCreations) {
  const GoldenCase golden{GetParam()};
  Model whole = golden.model();
  whole.perform(decide(whole));
  rounds_to_rest(whole);
  const std::size_t actions = golden.decide().actions.size();
  for (std::size_t done = 0; done <= actions; ++done) {
    Model model = golden.model();
    model.perform_some(decide(model), done);
    EXPECT_LT(rounds_to_rest(model), 5) << "after " << done << " actions";
    EXPECT_EQ(without_version(model), without_version(whole)) << "after " << done << " actions";
    EXPECT_EQ(model.creations(), whole.creations()) << "after " << done << " actions";
  }
}

std::vector<std::string> image_cases() {
  std::vector<std::string> names = golden_cases();
  std::erase_if(names, [](const std::string& name) { return !GoldenCase{name}.model().state().contains("image"); });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cases, AfterACrash, ::testing::ValuesIn(image_cases()),
                         [](const auto& tested) { return tested.param; });

TEST(StaleRound, LosesAgainstTheLockBeforeItCreatesAnything) {
  Model model = GoldenCase{"first_build"}.model();
  const Decision first = decide(model);
  model.perform(first);
  Model seen_too_late = GoldenCase{"first_build"}.model();
  seen_too_late.state()["jobs"] = model.state()["jobs"];  // Jobs came through the watch, the status did not
  const Decision stale = decide(seen_too_late);
  const auto* patch = std::get_if<PatchStatus>(&stale.actions.at(0));
  ASSERT_NE(patch, nullptr) << "the lock has to be the first thing that a round meets";
  EXPECT_NE(patch->resource_version, model.state()["image"]["metadata"]["resourceVersion"].get<std::string>());
}

TEST(WritesOfABuild, AreTheIntentTheStartTheJobAndTheOutcomeBesidesProgressAndEvents) {
  Model model = GoldenCase{"first_build"}.model();
  model.state()["image"].erase("status");
  model.state()["builder"]["status"].erase("builds");
  rounds_to_rest(model);
  EXPECT_EQ(model.patches(), 1) << "intent";
  model.admit();
  rounds_to_rest(model);
  EXPECT_EQ(model.patches(), 2) << "start";
  Json ended = GoldenCase{"build_succeeds"}.model().state();
  model.state()["pods"] = ended["pods"];
  rounds_to_rest(model);
  EXPECT_EQ(model.patches(), 3) << "outcome";
  EXPECT_EQ(model.creations(), 1);
}

}  // namespace
}  // namespace staves::decide::testing
