#pragma once

#include <optional>

#include "api/stavesimage.h"
#include "base/time_point.h"
#include "decide/inputs.h"

namespace staves::decide {

/// When the last build is tried again: at once when settings changed that may mend it; else 5 minutes after its end,
/// twice as long after each further failure in a row, at most an hour. Nothing when it did not fail, when only the user
/// can mend it, or when the inputs are others by now.
/// A row begins with a build that was made for another reason than Retry, and is as long as the history remembers
/// (spec.history.failed).
std::optional<base::TimePoint> retry_time(const api::StavesImageStatus& status, const Inputs& inputs);

}  // namespace staves::decide
