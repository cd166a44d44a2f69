#include "kube/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace staves::kube {

namespace {

double burst_of(double qps, int burst) {
  return burst >= 1 ? burst : std::max(1.0, std::floor(2 * qps));
}

}  // namespace

RateLimiter::RateLimiter(double qps, int burst, std::shared_ptr<const base::Clock> clock)
    : qps_(qps),
      burst_(burst_of(qps, burst)),
      clock_(std::move(clock)),
      tokens_(burst_),
      counted_(clock_->steady_now()) {}

std::optional<std::chrono::milliseconds> RateLimiter::take(std::chrono::milliseconds longest) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_->steady_now();
  tokens_ = std::min(burst_, tokens_ + std::chrono::duration<double>(now - counted_).count() * qps_);
  counted_ = now;
  const std::chrono::duration<double> missing(std::max(0.0, 1 - tokens_) / qps_);
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(missing);
  if (wait > longest) return std::nullopt;
  tokens_ -= 1;
  return wait;
}

}  // namespace staves::kube
