#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/build_job.h"
#include "api/step_result.h"

namespace staves::decide {

/// A container of a build pod with the result that it left, if it has ended and left one.
struct StepReading {
  const api::BuildContainer* container = nullptr;
  std::optional<api::StepResult> result;
};

/// The containers of the pod in their order. Refers to the pod.
std::vector<StepReading> read_steps(const api::BuildPod& pod);

/// The step of that name, or null.
const StepReading* find_step(const std::vector<StepReading>& steps, std::string_view name);

/// Whether a container of this pod ended in a way that only another input can mend, so that the Job gives up.
bool is_hopeless(const api::BuildPod& pod);

/// Why the pod does not run yet: a container's image, a missing volume, the scheduler; empty when nothing holds it up.
std::string waiting_of(const api::BuildPod& pod);

}  // namespace staves::decide
