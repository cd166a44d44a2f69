#include "decide/read_failure.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "api/bounded_text.h"
#include "decide/pod_reading.h"

namespace staves::decide {
namespace {

using api::Failure;
using api::FailureClass;

constexpr std::size_t most_message_bytes = 512;

Failure guess(FailureClass what, std::string_view message) {
  return {.failure_class = what,
          .package = {},
          .phase = {},
          .message = api::at_most(message, most_message_bytes),
          .log_tail = {}};
}

std::string with(std::string text, const std::string& details) {
  return details.empty() ? text : std::move(text) + ": " + details;
}

std::optional<Failure> told_by_a_step(const std::vector<StepReading>& steps) {
  for (const StepReading& step : steps) {
    if (step.result && step.result->outcome == api::Outcome::Failed && step.result->failure)
      return step.result->failure;
  }
  return std::nullopt;
}

bool ended_badly(const StepReading& step) {
  const auto code = step.container->exit_code;
  return code && *code != api::exit_code::succeeded && *code != api::exit_code::stopped;
}

std::optional<Failure> told_by_the_pod(const api::BuildPod& pod) {
  if (pod.reason == "Evicted") return guess(FailureClass::Evicted, with("the node evicted the pod", pod.message));
  if (pod.reason == "NodeLost" || pod.phase == "Unknown") {
    return guess(FailureClass::NodeLost, with("the node " + pod.node_name + " was lost", pod.message));
  }
  if (pod.reason == "DeadlineExceeded") {
    return guess(FailureClass::DeadlineExceeded, with("the pod ran out of time", pod.message));
  }
  if (pod.disrupted) return guess(FailureClass::Evicted, with("the cluster took the pod away", pod.message));
  return std::nullopt;
}

std::optional<Failure> told_by_a_container(const std::vector<StepReading>& steps) {
  for (const StepReading& step : steps) {
    if (step.container->terminated_reason == "OOMKilled" && ended_badly(step)) {
      return guess(FailureClass::OutOfMemory, step.container->name + " was killed because it needed more memory");
    }
  }
  // A step that another one's death stopped may come before it in the list: any code but "stopped" is a cause.
  const auto found = std::ranges::find_if(steps, ended_badly);
  if (found == steps.end()) return std::nullopt;
  const api::BuildContainer& container = *found->container;
  const std::string code = std::to_string(*container.exit_code);
  const std::string how = container.name + " ended with exit code " + code + " and left no result";
  const bool node_gone = container.terminated_reason == "ContainerStatusUnknown";
  return guess(node_gone ? FailureClass::NodeLost : FailureClass::Internal, with(how, container.message));
}

bool names_any(const std::string& waiting, std::initializer_list<std::string_view> reasons) {
  return std::ranges::any_of(reasons, [&](std::string_view reason) { return waiting.find(reason) != waiting.npos; });
}

/// The build did not take too long: one of its containers could never be started, and the node said why.
std::optional<Failure> never_started(const std::string& waiting) {
  if (names_any(waiting, {"ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
                          "ImageVolumeMountFailed"})) {
    return guess(FailureClass::ImagePullFailed, waiting);
  }
  if (names_any(waiting, {"CreateContainerError", "CreateContainerConfigError", "RunContainerError"})) {
    return guess(FailureClass::Internal, waiting);
  }
  return std::nullopt;
}

Failure out_of_time(const api::BuildJob& job, const api::StavesImage& image, Failure known) {
  const api::BuildStatus& build = image.status.build;
  if (auto failure = never_started(build.waiting)) return *failure;
  std::string message =
      "the build took longer than the " + std::to_string(job.timeout_seconds) + " s of its spec.build.timeoutSeconds";
  if (!build.waiting.empty()) {
    message += "; it waited: " + build.waiting;
  } else if (build.progress && !build.progress->current.empty()) {
    message += "; it was at " + build.progress->current;
  }
  known.failure_class = FailureClass::DeadlineExceeded;
  known.message = api::at_most(message, most_message_bytes);
  return known;
}

}  // namespace

std::optional<Failure> failure_of_pod(const api::BuildPod& pod) {
  const std::vector<StepReading> steps = read_steps(pod);
  if (auto told = told_by_a_step(steps)) return told;
  if (auto told = told_by_the_pod(pod)) return told;
  if (auto told = told_by_a_container(steps)) return told;
  if (pod.phase == "Failed") return guess(FailureClass::Internal, with("the pod failed", pod.message));
  return std::nullopt;
}

Failure failure_of_job(const api::BuildJob& job, const api::BuildPod* pod, const api::StavesImage& image) {
  const std::optional<Failure> told = pod != nullptr ? failure_of_pod(*pod) : std::nullopt;
  if (job.failure_reason == "DeadlineExceeded" && !(told && api::only_user_can_mend(told->failure_class))) {
    return out_of_time(job, image, told.value_or(Failure{}));
  }
  if (told) return *told;
  std::string how = "the Job " + job.meta.name + " failed and its pods are gone";
  if (!job.failure_reason.empty()) how += " (" + job.failure_reason + ")";
  return guess(FailureClass::Internal, with(how, job.failure_message));
}

}  // namespace staves::decide
