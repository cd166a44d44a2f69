#include "oci/retry_policy.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace staves::oci {

std::chrono::milliseconds delay_after(const RetryPolicy& policy, int attempt, std::chrono::milliseconds asked) {
  constexpr int most_doublings = 20;
  const auto doubled = policy.first_delay * (1U << static_cast<unsigned>(std::clamp(attempt - 1, 0, most_doublings)));
  return std::min(policy.longest_delay, std::max(asked, doubled));
}

bool pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace staves::oci
