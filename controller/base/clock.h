#pragma once

#include <chrono>

#include "base/time_point.h"

namespace staves::base {

/// Where time comes from. Decisions never hold one: they are given a TimePoint.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The world's time, for what is written down.
  virtual TimePoint now() const = 0;
  /// Time that never jumps, for what is waited for.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  std::chrono::steady_clock::time_point steady_now() const override;
};

}  // namespace staves::base
