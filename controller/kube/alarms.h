#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

#include "base/clock.h"

namespace staves::kube {

/// Calls functions when their time has come. Has no thread of its own: one thread calls `work`, a test calls
/// `ring_due`. Thread-safe.
class Alarms {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  /// Names one alarm, for `cancel`; the earlier one is the smaller.
  using Id = std::pair<Moment, std::uint64_t>;

  explicit Alarms(std::shared_ptr<const base::Clock> clock) : clock_(std::move(clock)) {}

  /// `ring` is called once at `when` or soon after, on the thread of `work`. It has to be quick, and may set another.
  Id set(Moment when, std::function<void()> ring);
  /// It does not ring, unless it is ringing at this moment: what `ring` refers to has to stand that.
  void cancel(const Id& id);

  /// Rings what is due, on the calling thread.
  void ring_due();
  /// Rings until `stop` is asked for.
  void work(const std::stop_token& stop);

 private:
  std::shared_ptr<const base::Clock> clock_;
  std::mutex mutex_;
  std::condition_variable_any earlier_;
  std::map<Id, std::function<void()>> alarms_;
  std::uint64_t set_ = 0;
  Moment wakes_ = Moment::max();  ///< when `work` looks again by itself
};

}  // namespace staves::kube
