#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace staves::kube {

/// Read your own writes: a round about a key has to wait until the stores have seen what the round before wrote, or it
/// would decide from the past. Thread-safe. Source: KEP-5647.
class OwnWrites {
 public:
  /// The newest version that a store has seen of a kind; empty: nobody watches it, so there is nothing to wait for.
  using Seen = std::function<std::string(const std::string& kind)>;

  explicit OwnWrites(std::shared_ptr<const base::Clock> clock) : clock_(std::move(clock)) {}

  /// A write for `key` was answered with this version of an object of `kind`.
  void wrote(const std::string& key, const std::string& kind, const std::string& resource_version);

  /// Whether all that was written for `key` has been seen. True as well when versions are no numbers, and after five
  /// minutes: nobody may wait for ever, also not for what a server had that was set back to an earlier state.
  bool caught_up(const std::string& key, const Seen& seen);

  /// The object behind `key` is gone.
  void forget(const std::string& key);

 private:
  struct Written {
    std::map<std::string, std::string> highest;  ///< version by kind
    std::chrono::steady_clock::time_point last;
  };

  std::shared_ptr<const base::Clock> clock_;
  std::mutex mutex_;
  std::map<std::string, Written> written_;  ///< by key
};

}  // namespace staves::kube
