#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::base {

/// A moment of the world's time (UTC), in whole milliseconds where it comes from the machine.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

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

/// "2026-05-01T12:00:00Z": RFC 3339 in UTC, whole seconds, as Kubernetes writes metav1.Time.
std::string to_rfc3339(TimePoint time);

/// Reads RFC 3339 with or without a fraction, with Z or an offset.
/// Errors: InvalidTime (retry: never).
Result<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace staves::base
