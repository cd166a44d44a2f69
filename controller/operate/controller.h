#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kube/cluster.h"
#include "kube/elector.h"
#include "operate/metrics.h"
#include "operate/options.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// How a controller becomes the one of several that works.
struct Candidacy {
  kube::Cluster& cluster;  ///< with connections of its own, for the lease alone
  /// Its `on_lost` has to end the process: whoever leads next does not wait for what still runs here.
  kube::ElectorOptions elector;
};

/// What a controller works with. References outlive it.
struct ControllerParts {
  Options options;
  kube::Cluster& cluster;
  kube::Cluster& logs;  ///< for pods/log: has a short deadline
  Metrics& metrics;
  ResolveTag resolve_tag;
  ResolveTag resolve_branch = {};
  ResolveTag resolve_published = {};
  std::shared_ptr<const base::Clock> clock;
  std::string instance;                     ///< reportingInstance of events, such as the pod's name
  std::optional<Candidacy> candidacy = {};  ///< nothing: it is the only one
};

/// Watches, decides and acts until `stop` is asked for; then takes no more work, gives rounds under way
/// `Options::drain_seconds`, and returns when all its threads have ended. As one of several it watches and answers
/// probes from the beginning, and decides and acts from the moment it leads; the lead is given back when no round is
/// under way any more.
/// Errors: InvalidAddress, AddressInUse, InvalidLeaseTerms (retry: never).
base::Done run_controller(ControllerParts parts, const std::stop_token& stop);

}  // namespace staves::operate
