#pragma once

#include <vector>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "decide/decision.h"

namespace staves::decide {

/// What happened between the status that was seen and `next`: BuildStarted, BuildSucceeded, BuildFailed; nothing when
/// no build began or ended.
std::vector<EmitEvent> events_of_transition(const api::StavesImage& seen, const api::StavesImageStatus& next);

/// Ready or NotReady when the builder became the one or the other; nothing while it is still being looked up.
std::vector<EmitEvent> events_of_transition(const api::StavesBuilder& seen, const api::StavesBuilderStatus& next);

/// The event for the end of a build that failed.
EmitEvent failure_event(const api::StavesImage& image, const api::BuildStatus& ended);

}  // namespace staves::decide
