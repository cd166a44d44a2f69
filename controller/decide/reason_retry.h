#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Retry: the last build failed for a reason outside its inputs and its time has come, or settings that may mend it
/// changed.
std::optional<api::ReasonToBuild> reason_retry(const Comparison& compared);

}  // namespace staves::decide
