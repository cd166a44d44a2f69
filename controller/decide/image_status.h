#pragma once

#include <optional>
#include <vector>

#include "api/stavesimage.h"
#include "decide/inputs.h"
#include "decide/observation.h"
#include "decide/read_build.h"

namespace staves::decide {

/// Whether a build was intended that has not ended.
inline bool is_running(const api::BuildStatus& build) {
  return build.number > 0 && !build.completion_time;
}

/// status.build of a build that waits for its turn: what a later round needs to make the very same Job.
api::BuildStatus intended_build(const ImageObservation& seen, const Inputs& inputs, std::int64_t number,
                                std::vector<api::ReasonToBuild> reasons);

/// The same build once more, because its Job is gone. The time of its start stays.
api::BuildStatus next_attempt(const api::StavesImage& image, const api::BuildStatus& build);

/// Puts step, waiting and progress of a running build into `build`.
void follow_build(api::BuildStatus& build, const BuildReading& reading, const std::optional<api::Progress>& progress);

/// Records that the build ended because somebody asked for its end.
void record_cancellation(api::StavesImageStatus& status, base::TimePoint now);

/// Records how the build ended: in `build`, in `image` when it succeeded, and in the history.
void record_ending(api::StavesImageStatus& status, const BuildReading& reading, const Ending& ending,
                   const api::StavesImageSpec& spec);

}  // namespace staves::decide
