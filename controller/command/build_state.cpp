#include "command/build_state.h"

#include "command/setting.h"
#include "decide/image_status.h"
#include "decide/queue.h"

namespace staves::command {

namespace {

bool is_acted_on(const api::StavesImage& image, const Expectation& expected) {
  return expected.trigger.empty() || image.status.last_trigger == expected.trigger;
}

}  // namespace

Stage stage_of(const api::StavesImage& image, const Expectation& expected) {
  const api::Condition* ready = api::find_condition(image.status.conditions, "Ready");
  if (ready == nullptr || ready->observed_generation < expected.generation) return Stage::Waiting;
  const decide::Place place = decide::place_of(image.status.build);
  if (place == decide::Place::Has) return Stage::Running;
  if (place == decide::Place::Waits) return Stage::Waiting;
  if (ready->reason == "InvalidSpec" || ready->reason == "NameTaken") return Stage::Refused;
  if (ready->reason == "Suspended") return Stage::Stopped;
  if (!is_acted_on(image, expected) || decide::is_running(image.status.build)) return Stage::Waiting;
  if (ready->status == api::ConditionStatus::True) return Stage::Built;
  if (ready->reason == "Cancelled") return Stage::Stopped;
  const bool stalled = api::find_condition(image.status.conditions, "Stalled") != nullptr;
  return stalled || ready->reason == "BuildFailed" ? Stage::Failed : Stage::Waiting;
}

std::string_view state_of(const api::BuildStatus& build) {
  if (decide::is_running(build)) return decide::place_of(build) == decide::Place::Has ? "runs" : "waits";
  if (build.cancelled) return "cancelled";
  return build.failure ? "failed" : "succeeded";
}

bool is_over(Stage stage) {
  return stage != Stage::Waiting && stage != Stage::Running;
}

int exit_code_of(Stage stage) {
  if (stage == Stage::Built) return exit_code::done;
  return stage == Stage::Refused ? exit_code::bad_input : exit_code::build_failed;
}

}  // namespace staves::command
