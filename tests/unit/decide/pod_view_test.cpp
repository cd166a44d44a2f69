#include <gtest/gtest.h>

#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "unit/decide/golden_case.h"

namespace staves::decide::testing {
namespace {

using base::Json;

Model watched(const char* name) {
  Model model = GoldenCase{name}.model();
  model.state()["podView"] = "Watched";
  return model;
}

/// A Job was made, and no pod of it is seen.
Model waiting() {
  Model model = GoldenCase{"job_was_made_and_nothing_happened_yet"}.model();
  model.perform(decide_image(model.observe_image()));
  model.state()["podView"] = "Watched";
  return model;
}

Decision decide(const Model& model) {
  return decide_image(model.observe_image());
}

/// The same once the API server has told of the pods, and there were no others.
Decision decide_currently(Model model) {
  model.state()["podView"] = "Current";
  return decide(model);
}

bool deletes(const Decision& decision) {
  return std::ranges::any_of(decision.actions,
                             [](const Action& action) { return std::holds_alternative<Delete>(action); });
}

void expect_question(const Model& model) {
  const Decision asks = decide(model);
  EXPECT_TRUE(asks.needs_current_pods) << asks.summary;
  EXPECT_TRUE(asks.actions.empty()) << asks.summary;
  EXPECT_FALSE(asks.summary.empty());
}

TEST(AJobThatSeemsToWait, IsNeitherReplacedNorDeletedOnTheWordOfAWatch) {
  const std::vector<std::function<void(Json&)>> changes{
      [](Json& state) { state["image"]["spec"]["packages"] = {"app-misc/hello"}; },
      [](Json& state) { state["image"]["spec"]["build"]["priorityClassName"] = "urgent"; },
      [](Json& state) { state["image"]["metadata"]["annotations"]["staves.dev/rebuild"] = "now"; },
      [](Json& state) { state["image"]["metadata"]["annotations"]["staves.dev/cancel"] = "1"; }};
  for (const auto& change : changes) {
    Model model = waiting();
    change(model.state());
    expect_question(model);
    const Decision decision = decide_currently(model);
    EXPECT_FALSE(decision.needs_current_pods) << decision.summary;
    EXPECT_TRUE(deletes(decision)) << decision.summary;
  }
}

TEST(AJobThatSeemsToWait, IsNothingToAskAboutWhenNobodyWantsAnotherOne) {
  EXPECT_FALSE(decide(waiting()).needs_current_pods);
}

TEST(AJobThatIsSeenToEmerge, IsKeptOnTheWordOfAWatch) {
  Model model = watched("emerge_runs");
  model.state()["image"]["spec"]["packages"] = {"app-misc/hello"};
  EXPECT_FALSE(decide(model).needs_current_pods);
  EXPECT_FALSE(deletes(decide(model)));
}

TEST(TheEndOfAJob, IsNotJudgedByWhatAWatchDoesNotShow) {
  for (const char* name :
       {"job_is_complete_but_its_result_is_gone", "all_retries_are_used", "pod_is_evicted", "build_runs_out_of_time"}) {
    expect_question(watched(name));
    EXPECT_FALSE(decide_currently(watched(name)).needs_current_pods) << name;
  }
}

TEST(TheEndOfABuild, IsBelievedWhereAPodIsSeenToSaySo) {
  for (const char* name : {"build_succeeds", "publish_refuses_early", "a_pod_fails_and_the_job_tries_again"}) {
    const Decision decision = decide(watched(name));
    EXPECT_FALSE(decision.needs_current_pods) << name;
    EXPECT_EQ(decision, decide_currently(watched(name))) << name;
  }
}

}  // namespace
}  // namespace staves::decide::testing
