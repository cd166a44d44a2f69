#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Platform, with the digests of the images that an index is made of.
std::optional<api::ReasonToBuild> reason_platform(const Comparison& compared);

}  // namespace staves::decide
