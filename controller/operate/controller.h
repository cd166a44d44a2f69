#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kube/cluster.h"
#include "operate/metrics.h"
#include "operate/options.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// What a controller works with. References outlive it.
struct ControllerParts {
  Options options;
  kube::Cluster& cluster;
  kube::Cluster& logs;  ///< for pods/log: has a short deadline
  Metrics& metrics;
  ResolveTag resolve_tag;
  std::shared_ptr<const base::Clock> clock;
  std::string instance;  ///< reportingInstance of events, such as the pod's name
};

/// Watches, decides and acts until `stop` is asked for; then takes no more work, gives rounds under way
/// `Options::drain_seconds`, and returns when all its threads have ended.
/// Errors: InvalidAddress, AddressInUse (retry: never).
base::Done run_controller(ControllerParts parts, const std::stop_token& stop);

}  // namespace staves::operate
