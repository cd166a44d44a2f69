#pragma once

#include <filesystem>
#include <string_view>

#include "api/step_result.h"
#include "base/handover.h"

namespace staves::oci {

/// Which way a step moves images: the same answer of a registry blames different people.
enum class Direction { Push, Pull };

/// What an error means to the user of a build; Stopped without a failure when it was told to stop.
api::StepResult result_of(const base::Error& error, Direction direction);

/// Leaves the result for the controller (termination message) and for the other steps (`done`), in this order, and
/// gives the exit code.
int end_step(const api::StepResult& result, const base::Handover* handover,
             const std::filesystem::path& termination_message);

}  // namespace staves::oci
