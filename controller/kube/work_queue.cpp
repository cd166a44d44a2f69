#include "kube/work_queue.h"

#include <algorithm>

namespace staves::kube {

WorkQueue::WorkQueue(Options options, std::shared_ptr<const base::Clock> clock)
    : options_(std::move(options)), clock_(std::move(clock)) {}

void WorkQueue::add(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  add_locked(key);
}

void WorkQueue::add_after(const std::string& key, std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  if (delay.count() <= 0) {
    add_locked(key);
  } else {
    add_at_locked(key, clock_->steady_now() + delay);
  }
}

std::chrono::milliseconds WorkQueue::add_after_failure(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return std::chrono::milliseconds(0);
  const int failures = failures_[key]++;
  constexpr int no_more_doublings = 40;
  auto pause = options_.first_backoff;
  for (int i = 0; i < std::min(failures, no_more_doublings) && pause < options_.longest_backoff; ++i) pause *= 2;
  pause = std::min(pause, options_.longest_backoff);
  if (options_.observer) options_.observer->retried();
  add_at_locked(key, clock_->steady_now() + pause);
  return pause;
}

void WorkQueue::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  failures_.erase(key);
}

int WorkQueue::failures(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

std::optional<std::string> WorkQueue::take() {
  std::unique_lock lock(mutex_);
  while (!shut_down_) {
    release_due_locked();
    if (auto key = pop_locked()) {
      // Somebody has to keep watch over the delayed keys while this worker is away.
      if (!delayed_.empty()) ready_.notify_one();
      return key;
    }
    if (delayed_.empty()) {
      ready_.wait(lock);
    } else {
      ready_.wait_for(lock, delayed_.begin()->first - clock_->steady_now());
    }
  }
  return std::nullopt;
}

std::optional<std::string> WorkQueue::try_take() {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return std::nullopt;
  release_due_locked();
  return pop_locked();
}

void WorkQueue::done(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto work = processing_.find(key);
  if (work == processing_.end()) return;
  if (options_.observer) options_.observer->worked(clock_->steady_now() - work->second);
  processing_.erase(work);
  if (shut_down_ || !dirty_.contains(key)) return;
  waiting_.push_back(key);
  report_depth_locked();
  ready_.notify_one();
}

void WorkQueue::shut_down() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  waiting_.clear();
  dirty_.clear();
  delayed_.clear();
  delayed_until_.clear();
  ready_.notify_all();
}

std::size_t WorkQueue::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::size_t WorkQueue::at_work() const {
  const std::lock_guard lock(mutex_);
  return processing_.size();
}

void WorkQueue::add_locked(const std::string& key) {
  if (!dirty_.emplace(key, clock_->steady_now()).second) return;
  if (options_.observer) options_.observer->added();
  // A worker has it: `done` puts it back.
  if (processing_.contains(key)) return;
  waiting_.push_back(key);
  report_depth_locked();
  ready_.notify_one();
}

void WorkQueue::add_at_locked(const std::string& key, Moment when) {
  const auto known = delayed_until_.find(key);
  if (known != delayed_until_.end()) {
    if (known->second <= when) return;
    delayed_.erase({known->second, key});
  }
  delayed_until_[key] = when;
  delayed_.emplace(when, key);
  // Who waits may have to wait shorter now.
  if (delayed_.begin()->second == key) ready_.notify_one();
}

void WorkQueue::release_due_locked() {
  const Moment now = clock_->steady_now();
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const std::string key = delayed_.begin()->second;
    delayed_.erase(delayed_.begin());
    delayed_until_.erase(key);
    add_locked(key);
  }
}

std::optional<std::string> WorkQueue::pop_locked() {
  if (waiting_.empty()) return std::nullopt;
  std::string key = std::move(waiting_.front());
  waiting_.pop_front();
  const Moment now = clock_->steady_now();
  const auto since = dirty_.find(key);
  if (options_.observer) options_.observer->waited(now - since->second);
  dirty_.erase(since);
  processing_.emplace(key, now);
  report_depth_locked();
  return key;
}

void WorkQueue::report_depth_locked() {
  if (options_.observer) options_.observer->depth(waiting_.size());
}

}  // namespace staves::kube
