#pragma once

#include <atomic>

#include "base/clock.h"

namespace staves::test {

/// A clock that moves only when a test says so. Thread-safe.
class ManualClock final : public base::Clock {
 public:
  base::TimePoint now() const override { return start_ + passed_.load(); }
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed_.load();
  }
  void advance(std::chrono::milliseconds time) { passed_ = passed_.load() + time; }

 private:
  base::TimePoint start_{std::chrono::sys_days(std::chrono::year(2026) / 5 / 1)};
  std::atomic<std::chrono::milliseconds> passed_{std::chrono::milliseconds(0)};
};

}  // namespace staves::test
