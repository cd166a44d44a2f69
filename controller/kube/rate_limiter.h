#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"

namespace staves::kube {

/// A bucket of tokens, one for each request: `qps` come in a second, at most `burst` are kept. It is full at first.
/// Whoever finds none waits for one that is still to come, and whoever asks after that for the one after it.
/// Thread-safe.
class RateLimiter {
 public:
  /// `qps` is above 0; a `burst` below 1 is twice the qps, but at least 1.
  RateLimiter(double qps, int burst, std::shared_ptr<const base::Clock> clock);

  /// Takes a token; gives how long the caller has to wait before it may use it, rounded up to milliseconds. Nothing,
  /// and no token taken, when that is longer than `longest`.
  std::optional<std::chrono::milliseconds> take(std::chrono::milliseconds longest);

 private:
  const double qps_;
  const double burst_;
  std::shared_ptr<const base::Clock> clock_;
  std::mutex mutex_;
  double tokens_;  ///< below 0: promised to those who wait
  std::chrono::steady_clock::time_point counted_;
};

}  // namespace staves::kube
