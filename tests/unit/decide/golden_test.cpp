#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "api/reason.h"
#include "decide/decide.h"
#include "unit/decide/golden_case.h"

namespace staves::decide::testing {
namespace {

class DecideGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(DecideGolden, DecidesAsWrittenDown) {
  const GoldenCase golden{GetParam()};
  const auto file = golden.folder() / "decision.json";
  if (std::getenv("STAVES_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(file) << golden.rendered();
    GTEST_SKIP() << "rewritten, not compared: " << file;
  }
  EXPECT_EQ(golden.rendered(), read_text(file)) << "hack/update-golden rewrites it";
}

INSTANTIATE_TEST_SUITE_P(Cases, DecideGolden, ::testing::ValuesIn(golden_cases()),
                         [](const auto& tested) { return tested.param; });

std::string every_decision() {
  std::string all;
  for (const std::string& name : golden_cases()) all += read_text(GoldenCase{name}.folder() / "decision.json");
  return all;
}

TEST(DecideGoldenCases, ShowEveryReasonOfReady) {
  const std::string all = every_decision();
  for (auto value = 0; value <= static_cast<int>(api::ReadyReason::NameTaken); ++value) {
    const std::string name(api::to_string(static_cast<api::ReadyReason>(value)));
    EXPECT_NE(all.find("\"reason\": \"" + name + "\""), std::string::npos) << name << " occurs in no golden case";
  }
}

TEST(DecideGoldenCases, ShowEveryReasonToBuild) {
  const std::string all = every_decision();
  for (auto value = 0; value <= static_cast<int>(api::BuildReason::Retry); ++value) {
    const std::string name(api::to_string(static_cast<api::BuildReason>(value)));
    EXPECT_NE(all.find("\"reason\": \"" + name + "\""), std::string::npos) << name << " occurs in no golden case";
  }
}

TEST(DecideGoldenCases, ComeToRestOnceTheirDecisionIsPerformed) {
  for (const std::string& name : golden_cases()) {
    const GoldenCase golden{name};
    Model model = golden.model();
    const bool is_image = model.state().contains("image");
    Decision decision = golden.decide();
    for (int round = 0; round < 5 && !decision.actions.empty(); ++round) {
      model.perform(decision);
      decision = is_image ? decide_image(model.observe_image()) : decide_builder(model.observe_builder());
    }
    EXPECT_TRUE(decision.actions.empty()) << name << " goes on for ever: " << decision.summary;
  }
}

}  // namespace
}  // namespace staves::decide::testing
