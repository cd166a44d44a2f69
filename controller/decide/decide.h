#pragma once

#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::decide {

/// What to do about a StavesImage. Total and pure: the same observation gives the same decision, and nothing fails.
Decision decide_image(const ImageObservation& seen);

/// What to do about a StavesBuilder. Total and pure.
Decision decide_builder(const BuilderObservation& seen);

}  // namespace staves::decide
