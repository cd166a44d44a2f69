#pragma once

#include <stop_token>

#include "base/result.h"
#include "decide/observation.h"
#include "kube/cluster.h"

namespace staves::operate {

/// Puts the pods of `seen.jobs` as the API server has them now in place of those that a watch showed: one list, for a
/// decision that must not be made on the word of a watch.
/// Errors: of Cluster::list; UnreadablePods (retry: after 15 s) when one of them, or something that may be one, cannot
/// be read. `seen` stays as it was then, and nothing may be concluded from it.
base::Done observe_pods(decide::ImageObservation& seen, kube::Cluster& cluster, const std::stop_token& stop);

}  // namespace staves::operate
