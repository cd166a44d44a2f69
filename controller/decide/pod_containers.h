#pragma once

#include "base/json.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// `tools`; empty with image volumes.
base::Json render_init_containers(const ImageObservation& seen);

/// `sources` (unless the tree is an image volume), `emerge`, `test` (if asked for), `publish`: each with only its own
/// mounts and rights.
base::Json render_containers(const ImageObservation& seen, const Inputs& inputs);

/// `publish` of an index: it compiles nothing and has no root, so that it needs no rights.
base::Json render_index_containers(const ImageObservation& seen);

}  // namespace staves::decide
