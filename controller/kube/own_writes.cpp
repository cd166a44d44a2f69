#include "kube/own_writes.h"

#include "base/log.h"
#include "kube/resource.h"

namespace staves::kube {

namespace {

constexpr std::chrono::minutes longest_wait{5};

/// False as well when the two cannot be compared.
bool is_newer(const std::string& left, const std::string& right) {
  const auto order = compare_resource_versions(left, right);
  return order && *order > 0;
}

}  // namespace

void OwnWrites::wrote(const std::string& key, const std::string& kind, const std::string& resource_version) {
  const std::lock_guard lock(mutex_);
  Written& written = written_[key];
  written.last = clock_->steady_now();
  std::string& highest = written.highest[kind];
  if (highest.empty() || is_newer(resource_version, highest)) highest = resource_version;
}

bool OwnWrites::caught_up(const std::string& key, const Seen& seen) {
  const std::lock_guard lock(mutex_);
  const auto written = written_.find(key);
  if (written == written_.end()) return true;
  const bool may_wait = clock_->steady_now() - written->second.last < longest_wait;
  for (const auto& [kind, version] : written->second.highest) {
    const std::string known = seen(kind);
    if (!is_newer(version, known)) continue;
    if (may_wait) return false;
    base::log_warning("a write of ours does not come into view, and is no longer waited for",
                      {{"key", key}, {"kind", kind}, {"version", version}, {"seen", known}});
  }
  written_.erase(written);
  return true;
}

void OwnWrites::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  written_.erase(key);
}

}  // namespace staves::kube
