#pragma once

#include "api/stavesbuilder.h"
#include "base/json.h"

namespace staves::decide {

/// spec.affinity of a build pod: what the user asks for and, where the volume can be on one node at a time only, the
/// node where the builder's other builds run. An existing claim may be shared by nodes, nobody told us: there the
/// node is only preferred. May be empty.
base::Json render_affinity(const api::StavesBuilder& builder);

}  // namespace staves::decide
