#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/stavesimage.h"
#include "base/time_point.h"
#include "decide/inputs.h"

namespace staves::decide {

/// When the last build is tried again: at once when settings changed that may mend it; else 5 minutes after its end,
/// twice as long after each further failure in a row, at most an hour. Nothing when it did not fail, when only the user
/// can mend it, or when the inputs are others by now.
std::optional<base::TimePoint> retry_time(const api::BuildStatus& last, const Inputs& inputs);

/// Whether nothing new is built, only what failed.
bool is_retry_alone(const std::vector<api::ReasonToBuild>& reasons);

/// status.build.retry of the build that follows `last`: one more when it only repeats what failed by itself, else 0.
std::int64_t next_retry(const api::BuildStatus& last, const Inputs& inputs,
                        const std::vector<api::ReasonToBuild>& reasons);

}  // namespace staves::decide
