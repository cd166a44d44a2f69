#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Spec: a value of the StavesImage differs from what the last build was made from.
std::optional<api::ReasonToBuild> reason_spec(const Comparison& compared);

}  // namespace staves::decide
