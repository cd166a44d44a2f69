#pragma once

#include <string>

#include "base/json.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// The pod spec of a build: `tools`, then `sources`, `emerge` and `publish` side by side.
/// Source: design/0001-the-way-of-a-build.md, The pod.
base::Json render_pod_spec(const ImageObservation& seen, const Inputs& inputs);

/// The pod spec of an index: `publish` alone.
base::Json render_index_pod_spec(const ImageObservation& seen);

/// An object or a list from the compact JSON of a spec member; an empty one when there is none. Never fails.
base::Json parsed_object(const std::string& compact);
base::Json parsed_list(const std::string& compact);

}  // namespace staves::decide
