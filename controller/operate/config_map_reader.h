#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "kube/cluster.h"
#include "operate/stores.h"

namespace staves::operate {

/// Longer texts are of no use to anybody.
inline constexpr std::size_t most_config_map_bytes = 64U << 10U;

/// What ConfigMaps hold. Their metadata is watched, their data is read when somebody asks for it and kept for as long
/// as their version stays the same, so that a round costs a request only after a change. Keeps at most 256
/// texts of at most 64 KiB. Thread-safe.
class ConfigMapReader {
 public:
  /// Both outlive it.
  ConfigMapReader(kube::Cluster& cluster, const kube::Store<api::ObjectMeta>& config_maps)
      : cluster_(cluster), config_maps_(config_maps) {}

  /// The text under a key.
  /// Longer than `most_config_map_bytes` it is cut just behind them.
  /// Errors: ConfigMapNotFound (retry: when the spec changes; a change of the ConfigMap wakes its images and builders)
  /// when there is no such ConfigMap or it has no such key, with what to do but for "or correct" its field; those of
  /// `Cluster::get`.
  base::Result<std::string> read(const kube::ObjectKey& config_map, const std::string& key, std::stop_token stop);

 private:
  struct Text {
    std::string resource_version;
    base::Result<std::string> text;
  };

  base::Result<std::string> fetch(const kube::ObjectKey& config_map, const std::string& key, std::stop_token stop,
                                  std::string& resource_version);

  kube::Cluster& cluster_;
  const kube::Store<api::ObjectMeta>& config_maps_;
  std::mutex mutex_;
  std::map<std::pair<kube::ObjectKey, std::string>, Text> texts_;
};

}  // namespace staves::operate
