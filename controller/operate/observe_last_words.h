#pragma once

#include <stop_token>

#include "base/result.h"
#include "decide/observation.h"
#include "kube/cluster.h"

namespace staves::operate {

/// When the Job of the build under way has ended and no pod in `seen` tells that it succeeded, asks the API server for
/// the Job's pods and puts them in place of those in `seen`: the watch of pods may be behind that of Jobs, or have died
/// without a word, and a build that succeeded is not to be taken for a failed one.
/// Errors: of Cluster::list; nothing may be concluded then.
base::Done see_last_words(decide::ImageObservation& seen, kube::Cluster& cluster, const std::stop_token& stop);

}  // namespace staves::operate
