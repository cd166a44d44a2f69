#pragma once

#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::decide {

/// What to do about a StavesImage. Total and pure: the same observation gives the same decision, and nothing fails.
Decision decide_image(const ImageObservation& seen);

/// What to do about a StavesBuilder. Total and pure.
Decision decide_builder(const BuilderObservation& seen);

/// What to write after the API server refused to create what the decision about `seen` asked for: a status that says
/// so, in its words. Nothing when it says so already, or when `seen` has the object. Holds only while that decision had
/// no other status to write.
Decision decide_refused(const ImageObservation& seen, const base::Error& refusal);
Decision decide_refused(const BuilderObservation& seen, const base::Error& refusal);

}  // namespace staves::decide
