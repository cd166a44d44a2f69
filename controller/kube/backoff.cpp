#include "kube/backoff.h"

#include <algorithm>
#include <memory>
#include <random>

namespace staves::kube {

Random real_random() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0.0, 1.0)(*engine); };
}

Backoff::Backoff(Limits limits, const base::Clock& clock, Random random)
    : limits_(limits), clock_(clock), random_(std::move(random)), pause_(limits.first) {}

std::chrono::milliseconds Backoff::next() {
  const auto now = clock_.steady_now();
  if (failed_ && now - last_ >= limits_.healthy) pause_ = limits_.first;
  failed_ = true;
  last_ = now;
  const auto pause = pause_;
  pause_ = std::min(pause_ * 2, limits_.cap);
  const auto jitter = static_cast<double>(pause.count()) * limits_.jitter * random_();
  return pause + std::chrono::milliseconds(static_cast<std::int64_t>(jitter));
}

}  // namespace staves::kube
