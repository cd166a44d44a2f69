#pragma once

#include <chrono>
#include <stop_token>

namespace staves::oci {

/// How often and how patiently a request is repeated after a dropped connection, a 429 or a 5xx.
struct RetryPolicy {
  int attempts = 6;
  std::chrono::milliseconds first_delay{500};       ///< doubled each time
  std::chrono::milliseconds longest_delay{30'000};  ///< also the most of a Retry-After that is waited for
};

/// The pause after the failed attempt number `attempt` (from 1); `asked` is the server's Retry-After, 0 when there was
/// none.
std::chrono::milliseconds delay_after(const RetryPolicy& policy, int attempt, std::chrono::milliseconds asked);

/// Sleeps; returns at once, and false, when `stop` asks for it.
bool pause(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace staves::oci
