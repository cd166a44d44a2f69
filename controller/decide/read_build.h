#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/build_job.h"
#include "api/stavesimage.h"
#include "api/step_result.h"
#include "base/time_point.h"

namespace staves::decide {

using BuildPods = std::vector<std::shared_ptr<const api::BuildPod>>;

/// How a build ended.
struct Ending {
  base::TimePoint at{};
  std::optional<api::Failure> failure;  ///< nothing: it succeeded, or found nothing to make
};

/// What a Job and its pods tell about a build.
struct BuildReading {
  api::Step step = api::Step::Pending;
  std::string waiting;        ///< why it does not go on; may be empty
  api::BuildMetrics metrics;  ///< of the pod that was read
  std::optional<api::EmergeResult> emerge;
  std::optional<api::PublishResult> publish;
  std::optional<base::TimePoint> unchanged;           ///< when `publish` ended because the image stays
  std::vector<api::RepositoryRevision> repositories;  ///< what `sources` brought
  std::optional<base::TimePoint> published;           ///< when `publish` ended
  std::optional<Ending> ending;
};

/// Reads the newest pod of `job`, or the one that succeeded. A step's result counts as soon as its container has ended:
/// the Job's own condition comes seconds later. `pods` may hold those of other Jobs.
BuildReading read_build(const api::BuildJob& job, const BuildPods& pods, const api::StavesImage& image,
                        base::TimePoint now);

/// Whether the Job has ended and none of its pods among `pods` tells that it succeeded or found nothing to make.
bool lacks_last_words(const api::BuildJob& job, const BuildPods& pods);

}  // namespace staves::decide
