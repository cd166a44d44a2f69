#include "kube/lease_record.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "nlohmann/json.hpp"

namespace staves::kube {

namespace {

using base::Json;

std::string text_of(const Json& spec, const char* member) {
  const auto found = spec.find(member);
  return found != spec.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int count_of(const Json& spec, const char* member) {
  const auto found = spec.find(member);
  if (found == spec.end() || !found->is_number_integer()) return 0;
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<int>(std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, most));
}

Json spec_of(const LeaseRecord& record) {
  return {{"holderIdentity", record.holder},
          {"leaseDurationSeconds", record.duration.count()},
          {"acquireTime", record.acquire_time},
          {"renewTime", record.renew_time},
          {"leaseTransitions", record.transitions}};
}

}  // namespace

const ResourceType& lease_type() {
  static const ResourceType type{"coordination.k8s.io", "v1", "leases", "Lease"};
  return type;
}

LeaseRecord parse_lease(const Json& lease) {
  if (!lease.is_object()) return {};
  const auto spec = lease.find("spec");
  if (spec == lease.end() || !spec->is_object()) return {};
  return {.holder = text_of(*spec, "holderIdentity"),
          .duration = std::chrono::seconds(count_of(*spec, "leaseDurationSeconds")),
          .acquire_time = text_of(*spec, "acquireTime"),
          .renew_time = text_of(*spec, "renewTime"),
          .transitions = count_of(*spec, "leaseTransitions")};
}

std::string lease_body(const ObjectKey& key, const LeaseRecord& record) {
  return base::to_canonical_json({{"apiVersion", api_version(lease_type())},
                                  {"kind", lease_type().kind},
                                  {"metadata", {{"namespace", key.name_space}, {"name", key.name}}},
                                  {"spec", spec_of(record)}});
}

std::string lease_patch(const LeaseRecord& record, const std::string& resource_version) {
  return base::to_canonical_json({{"metadata", {{"resourceVersion", resource_version}}}, {"spec", spec_of(record)}});
}

}  // namespace staves::kube
