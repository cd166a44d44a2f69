#pragma once

#include <optional>

#include "decide/reasons.h"

namespace staves::decide {

/// Trigger: the annotation staves.dev/rebuild has a value that was not acted on.
std::optional<api::ReasonToBuild> reason_trigger(const Comparison& compared);

/// Whether the annotation has such a value.
bool asks_for_a_build(const api::StavesImage& image, const api::StavesImageStatus& last);

}  // namespace staves::decide
