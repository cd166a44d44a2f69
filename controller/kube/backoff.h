#pragma once

#include <chrono>
#include <functional>

#include "base/clock.h"

namespace staves::kube {

/// A number in [0, 1), for jitter.
using Random = std::function<double()>;
/// Seeded by the machine.
Random real_random();

/// Growing pauses between failures, which start over after a healthy time.
class Backoff {
 public:
  struct Limits {
    std::chrono::milliseconds first{800};
    std::chrono::milliseconds cap{30'000};       ///< before jitter
    double jitter = 1.0;                         ///< adds up to this share
    std::chrono::milliseconds healthy{120'000};  ///< without a failure: start over
  };

  Backoff(Limits limits, const base::Clock& clock, Random random);

  /// The pause after one more failure.
  std::chrono::milliseconds next();
  /// Something worked: the next pause is the first one.
  void start_over() { pause_ = limits_.first; }

 private:
  Limits limits_;
  const base::Clock& clock_;
  Random random_;
  std::chrono::milliseconds pause_;
  std::chrono::steady_clock::time_point last_;
  bool failed_ = false;
};

}  // namespace staves::kube
