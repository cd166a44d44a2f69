#pragma once

#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::decide {

/// The claim of a builder's cache volume. It has an owner, and so goes with the builder, only with onDelete: Delete.
/// Source: spec.cache of a StavesBuilder.
CreateOnce render_claim(const api::StavesBuilder& builder);

}  // namespace staves::decide
