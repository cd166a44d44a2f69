#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::base {

/// A moment of the world's time (UTC), in whole milliseconds where it comes from the machine.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-05-01T12:00:00Z": RFC 3339 in UTC, whole seconds, as Kubernetes writes metav1.Time.
std::string to_rfc3339(TimePoint time);

/// Reads RFC 3339 with or without a fraction, with Z or an offset.
/// Errors: InvalidTime (retry: never).
Result<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace staves::base
