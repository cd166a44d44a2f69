#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// First: nothing was ever built.
std::optional<api::ReasonToBuild> reason_first(const Comparison& compared);

}  // namespace staves::decide
