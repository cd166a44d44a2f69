#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Platform, with the digests of the images that an index is made of.
std::optional<api::ReasonToBuild> reason_platform(const Comparison& compared);

/// Whether an image became an index, or an index an image: all inputs are others, and the spec is why.
bool became_another_kind(const Comparison& compared);

}  // namespace staves::decide
