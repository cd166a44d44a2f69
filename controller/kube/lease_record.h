#pragma once

#include <chrono>
#include <string>

#include "base/json.h"
#include "base/time_point.h"
#include "kube/resource.h"

namespace staves::kube {

/// coordination.k8s.io/v1 Lease.
const ResourceType& lease_type();

/// What a Lease says of its holder. Its times are texts, because nobody may compare them with a clock of his own: two
/// machines never agree on what time it is.
struct LeaseRecord {
  std::string holder = {};           ///< empty: nobody
  std::chrono::seconds duration{0};  ///< for which the holder holds it after it was last seen to renew; 0: not said
  std::string acquire_time = {};     ///< metav1.MicroTime
  std::string renew_time = {};       ///< metav1.MicroTime
  int transitions = 0;               ///< how often the holder changed
  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};

/// Reads a Lease. What is missing or of a wrong type counts as not said: a Lease that somebody spoilt must not keep
/// everybody from leading. Never fails.
LeaseRecord parse_lease(const base::Json& lease);

/// The body that creates a Lease.
std::string lease_body(const ObjectKey& key, const LeaseRecord& record);

/// The merge patch that makes a Lease say this, refused with Conflict unless it still has `resource_version`.
std::string lease_patch(const LeaseRecord& record, const std::string& resource_version);

}  // namespace staves::kube
