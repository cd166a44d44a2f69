#include "kube/alarms.h"

namespace staves::kube {

Alarms::Id Alarms::set(Moment when, std::function<void()> ring) {
  const std::lock_guard lock(mutex_);
  const Id id{when, ++set_};
  alarms_.emplace(id, std::move(ring));
  // Most alarms are set later than the next look and cancelled before it: those cost no thread its rest.
  if (when < wakes_) earlier_.notify_one();
  return id;
}

void Alarms::cancel(const Id& id) {
  const std::lock_guard lock(mutex_);
  alarms_.erase(id);
}

void Alarms::ring_due() {
  std::unique_lock lock(mutex_);
  while (!alarms_.empty() && alarms_.begin()->first.first <= clock_->steady_now()) {
    const auto due = alarms_.extract(alarms_.begin());
    lock.unlock();
    due.mapped()();
    lock.lock();
  }
}

void Alarms::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    ring_due();
    std::unique_lock lock(mutex_);
    const auto is_earlier = [this] { return !alarms_.empty() && alarms_.begin()->first.first < wakes_; };
    wakes_ = Moment::max();
    if (is_earlier()) {
      wakes_ = alarms_.begin()->first.first;
      earlier_.wait_for(lock, stop, wakes_ - clock_->steady_now(), is_earlier);
    } else {
      earlier_.wait(lock, stop, is_earlier);
    }
  }
}

}  // namespace staves::kube
