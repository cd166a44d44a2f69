#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace staves::kube {

/// Read your own writes: a round about a key has to wait until the stores have seen what the round before wrote, or it
/// would decide from the past. Thread-safe. Source: KEP-5647.
class OwnWrites {
 public:
  /// The newest version that a store has seen of a kind; empty: nobody watches it, so there is nothing to wait for.
  using Seen = std::function<std::string(const std::string& kind)>;

  /// A write for `key` was answered with this version of an object of `kind`.
  void wrote(const std::string& key, const std::string& kind, const std::string& resource_version);

  /// Whether all that was written for `key` has been seen. True as well when versions are no numbers: nobody may wait
  /// for ever.
  bool caught_up(const std::string& key, const Seen& seen);

  /// The object behind `key` is gone.
  void forget(const std::string& key);

 private:
  std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> written_;  ///< key -> kind -> highest version
};

}  // namespace staves::kube
