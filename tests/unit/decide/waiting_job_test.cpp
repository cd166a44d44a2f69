#include <gtest/gtest.h>

#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "unit/decide/golden_case.h"

namespace staves::decide::testing {
namespace {

using base::Json;

/// The first build of an image: its Job was made and nothing happened yet.
Model waiting() {
  Model model = GoldenCase{"job_was_made_and_nothing_happened_yet"}.model();
  model.perform(decide_image(model.observe_image()));
  return model;
}

/// Whether the Job is replaced by one of the next build, once.
bool is_replaced(Model model) {
  const int before = model.creations();
  for (int round = 0; round < 5; ++round) {
    model.perform(decide_image(model.observe_image()));
    model.admit();
  }
  EXPECT_EQ(model.state()["jobs"].size(), 1U);
  EXPECT_LE(model.creations(), before + 1);
  return model.state()["image"]["status"]["build"]["number"] == 2;
}

TEST(AJobThatWaits, IsReplacedByWhateverIsRenderedIntoIt) {
  const struct {
    const char* what;
    std::function<void(Json&)> change;
  } cases[] = {
      {"operator image", [](Json& state) { state["setup"]["operatorImage"] = "registry.example/staves:2"; }},
      {"image volumes", [](Json& state) { state["setup"]["imageVolumes"] = true; }},
      {"user namespaces", [](Json& state) { state["setup"]["userNamespaces"] = true; }},
      {"priority", [](Json& state) { state["image"]["spec"]["build"]["priorityClassName"] = "none-such"; }},
      {"retries", [](Json& state) { state["image"]["spec"]["build"]["retries"] = 7; }},
      {"timeout", [](Json& state) { state["image"]["spec"]["build"]["timeoutSeconds"] = 600; }},
      {"claim", [](Json& state) { state["builder"]["spec"]["cache"]["existingClaim"] = "another"; }},
      {"mirrors", [](Json& state) { state["builder"]["spec"]["portage"]["mirrors"] = {"https://mirror.example"}; }},
  };
  for (const auto& [what, change] : cases) {
    Model model = waiting();
    change(model.state());
    EXPECT_TRUE(is_replaced(model)) << what;
  }
}

TEST(AJobThatWaits, IsKeptWhenNothingThatIsRenderedIntoItChanges) {
  Model model = waiting();
  EXPECT_FALSE(is_replaced(model));
  model.state()["image"]["spec"]["history"]["failed"] = 7;
  model.state()["image"]["metadata"]["generation"] = 2;
  EXPECT_FALSE(is_replaced(model));
}

TEST(AJobThatWaits, IsJudgedByItsSettingsWhenItDoesNotSayWhatItWasMadeWith) {
  Model model = waiting();
  for (Json& job : model.state()["jobs"]) job["metadata"]["annotations"].erase("staves.dev/rendered");
  model.state()["setup"]["operatorImage"] = "registry.example/staves:2";
  EXPECT_FALSE(is_replaced(model));
  model.state()["image"]["spec"]["build"]["timeoutSeconds"] = 600;
  EXPECT_TRUE(is_replaced(model));
}

TEST(AJobThatHasBegunToEmerge, IsKeptWhateverChanges) {
  Model model = GoldenCase{"emerge_runs"}.model();
  model.state()["setup"]["operatorImage"] = "registry.example/staves:2";
  model.state()["image"]["spec"]["build"]["priorityClassName"] = "urgent";
  model.state()["image"]["metadata"]["annotations"]["staves.dev/rebuild"] = "now";
  EXPECT_FALSE(is_replaced(model));
}

}  // namespace
}  // namespace staves::decide::testing
