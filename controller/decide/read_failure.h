#pragma once

#include <optional>

#include "api/build_job.h"
#include "api/stavesimage.h"

namespace staves::decide {

/// Why this pod failed; nothing when it did not. A step that says why it failed is believed; a step that only stopped
/// because of another is never to blame; after these come the container's and the pod's own states.
std::optional<api::Failure> failure_of_pod(const api::BuildPod& pod);

/// Why a Job failed, from its newest pod that tells (may be null) and the Job's own words.
api::Failure failure_of_job(const api::BuildJob& job, const api::BuildPod* pod, const api::StavesImage& image);

}  // namespace staves::decide
