#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "decide/observation.h"
#include "kube/cluster.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// What is known of the branches of the overlays that can be looked up without a Secret; waits for nothing. Empty while
/// the image or its builder is suspended.
std::vector<decide::TagLookup> look_up_branches(const decide::ImageObservation& seen, const Route& route,
                                                TagResolver& branches);

/// Why the kubelet cannot begin the pod of the running build: its last event about a volume. Asks the cluster only
/// about a pod that mounts Secrets and has not begun ten seconds after it was made; empty when there is nothing to
/// tell.
std::string read_mount_problem(const decide::ImageObservation& seen, kube::Cluster& cluster,
                               const std::stop_token& stop);

}  // namespace staves::operate
