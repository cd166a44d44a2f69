#include "kube/own_writes.h"

#include "kube/resource.h"

namespace staves::kube {

namespace {

/// False as well when the two cannot be compared.
bool is_newer(const std::string& left, const std::string& right) {
  const auto order = compare_resource_versions(left, right);
  return order && *order > 0;
}

}  // namespace

void OwnWrites::wrote(const std::string& key, const std::string& kind, const std::string& resource_version) {
  const std::lock_guard lock(mutex_);
  std::string& highest = written_[key][kind];
  if (highest.empty() || is_newer(resource_version, highest)) highest = resource_version;
}

bool OwnWrites::caught_up(const std::string& key, const Seen& seen) {
  const std::lock_guard lock(mutex_);
  const auto written = written_.find(key);
  if (written == written_.end()) return true;
  for (const auto& [kind, version] : written->second) {
    const std::string known = seen(kind);
    if (is_newer(version, known)) return false;
  }
  written_.erase(written);
  return true;
}

void OwnWrites::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  written_.erase(key);
}

}  // namespace staves::kube
