#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Schedule: a time of spec.rebuild.schedule has come since the last build began. However many were missed, it is one.
std::optional<api::ReasonToBuild> reason_schedule(const Comparison& compared);

/// The first time of the schedule after the last build took its inputs: when it began, or else when it was queued.
/// Nothing without a schedule, before the first build, and while one waits or runs.
std::optional<base::TimePoint> schedule_time(const api::RebuildPolicy& policy, const api::BuildStatus& last);

/// Whether a time of the schedule came after `since`.
bool schedule_came(const api::RebuildPolicy& policy, base::TimePoint since, base::TimePoint now);

}  // namespace staves::decide
