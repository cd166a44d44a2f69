#include "decide/pod_reading.h"

#include <algorithm>

#include "api/bounded_text.h"

namespace staves::decide {
namespace {

constexpr std::size_t most_waiting_bytes = 512;

bool is_ordinary_wait(std::string_view reason) {
  return reason.empty() || reason == "PodInitializing" || reason == "ContainerCreating";
}

// The kubelet alternates between the two while nothing changes; one name keeps the status still.
std::string steady(const std::string& reason) {
  return reason == "ErrImagePull" ? "ImagePullBackOff" : reason;
}

}  // namespace

std::vector<StepReading> read_steps(const api::BuildPod& pod) {
  std::vector<StepReading> steps;
  for (const api::BuildContainer& container : pod.containers) {
    StepReading step{.container = &container, .result = std::nullopt};
    if (container.exit_code && !container.message.empty()) {
      if (auto result = api::parse_step_result(container.message)) step.result = *std::move(result);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

const StepReading* find_step(const std::vector<StepReading>& steps, std::string_view name) {
  const auto found = std::ranges::find_if(steps, [&](const StepReading& step) { return step.container->name == name; });
  return found == steps.end() ? nullptr : &*found;
}

bool is_hopeless(const api::BuildPod& pod) {
  // A disrupted pod is replaced whatever its exit codes say.
  return !pod.disrupted && std::ranges::any_of(pod.containers, [](const api::BuildContainer& container) {
    return container.exit_code == api::exit_code::failed_by_input;
  });
}

std::string waiting_of(const api::BuildPod& pod) {
  for (const api::BuildContainer& container : pod.containers) {
    if (is_ordinary_wait(container.waiting_reason)) continue;
    const std::string message = container.waiting_message.empty() ? "" : ": " + container.waiting_message;
    return api::at_most(container.name + ": " + steady(container.waiting_reason) + message, most_waiting_bytes);
  }
  if (pod.unschedulable.empty()) return {};
  return api::at_most("not scheduled: " + pod.unschedulable, most_waiting_bytes);
}

}  // namespace staves::decide
