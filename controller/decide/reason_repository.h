#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Repository: the branch of an overlay points to another revision than the last build was made from.
std::optional<api::ReasonToBuild> reason_repository(const Comparison& compared);

}  // namespace staves::decide
