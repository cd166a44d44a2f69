#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Builder: the stage3 or the Portage settings of the builder differ from what the last build was made from.
std::optional<api::ReasonToBuild> reason_builder(const Comparison& compared);

}  // namespace staves::decide
