#pragma once

#include "base/json.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// Every volume that a container of the pod mounts.
base::Json render_volumes(const ImageObservation& seen, const Inputs& inputs);

/// Those of an index's pod.
base::Json render_index_volumes(const ImageObservation& seen);

// What each container sees. Source: design/0001-the-way-of-a-build.md, The pod.
base::Json tools_mounts();
base::Json sources_mounts(const ImageObservation& seen);
base::Json emerge_mounts(const ImageObservation& seen);
base::Json test_mounts(const ImageObservation& seen);
base::Json publish_mounts(const ImageObservation& seen);
base::Json index_mounts(const ImageObservation& seen);

}  // namespace staves::decide
