#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Tree: the ebuild tree differs from what the last build was made from.
std::optional<api::ReasonToBuild> reason_tree(const Comparison& compared);

}  // namespace staves::decide
