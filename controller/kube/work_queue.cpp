#include "kube/work_queue.h"

#include <algorithm>
#include <utility>

namespace staves::kube {

WorkQueue::WorkQueue(Options options, std::shared_ptr<const base::Clock> clock)
    : options_(std::move(options)), clock_(std::move(clock)) {}

void WorkQueue::add(const std::string& key, Priority priority) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  add_locked(key, priority);
}

void WorkQueue::add_after(const std::string& key, std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  if (delay.count() <= 0) {
    add_locked(key, priority_of_locked(key));
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
  if (options_.observer) options_.observer->worked(clock_->steady_now() - work->second.since);
  processing_.erase(work);
  const auto again = dirty_.find(key);
  if (shut_down_ || again == dirty_.end()) return;
  line_up_locked(key, again->second);
}

void WorkQueue::shut_down() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  line_.clear();
  dirty_.clear();
  delayed_.clear();
  delayed_until_.clear();
  ready_.notify_all();
}

std::size_t WorkQueue::size() const {
  const std::lock_guard lock(mutex_);
  return line_.size();
}

WorkAtHand WorkQueue::at_work() const {
  const std::lock_guard lock(mutex_);
  const Moment now = clock_->steady_now();
  WorkAtHand all{.keys = processing_.size()};
  for (const auto& [key, held] : processing_) {
    all.total += now - held.since;
    all.longest = std::max<std::chrono::nanoseconds>(all.longest, now - held.since);
  }
  return all;
}

void WorkQueue::add_locked(const std::string& key, Priority priority) {
  const auto [place, is_new] = dirty_.try_emplace(key, Waiting{clock_->steady_now(), priority, {}});
  Waiting& waiting = place->second;
  if (is_new && options_.observer) options_.observer->added();
  if (!is_new) {
    if (priority <= waiting.priority) return;
    waiting.priority = priority;
  }
  // A worker has it: `done` puts it back.
  if (processing_.contains(key)) return;
  line_up_locked(key, waiting);
}

void WorkQueue::line_up_locked(const std::string& key, Waiting& waiting) {
  const bool low = waiting.priority == Priority::Low;
  Place place{clock_->steady_now() + (low ? options_.low_stands_back : std::chrono::milliseconds(0)), ++arrivals_};
  if (const auto known = line_.find(waiting.place); known != line_.end() && known->second == key) {
    // It may have waited so long that it stands better where it is.
    if (known->first < place) return;
    line_.erase(known);
  }
  waiting.place = place;
  line_.emplace(place, key);
  report_depth_locked();
  ready_.notify_one();
}

Priority WorkQueue::priority_of_locked(const std::string& key) const {
  const auto held = processing_.find(key);
  return held == processing_.end() ? Priority::Normal : held->second.priority;
}

void WorkQueue::add_at_locked(const std::string& key, Moment when) {
  const Priority priority = priority_of_locked(key);
  const auto [known, is_new] = delayed_until_.try_emplace(key, Delayed{when, priority});
  Delayed& delayed = known->second;
  if (!is_new) {
    delayed.priority = std::max(delayed.priority, priority);
    if (delayed.until <= when) return;
    delayed_.erase({delayed.until, &known->first});
    delayed.until = when;
  }
  delayed_.emplace(when, &known->first);
  // Who waits may have to wait shorter now.
  if (delayed_.begin()->second == &known->first) ready_.notify_one();
}

void WorkQueue::release_due_locked() {
  const Moment now = clock_->steady_now();
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const std::string key = *delayed_.begin()->second;
    delayed_.erase(delayed_.begin());
    const Priority priority = delayed_until_.extract(key).mapped().priority;
    add_locked(key, priority);
  }
}

std::optional<std::string> WorkQueue::pop_locked() {
  if (line_.empty()) return std::nullopt;
  std::string key = std::move(line_.begin()->second);
  line_.erase(line_.begin());
  const Moment now = clock_->steady_now();
  const auto waiting = dirty_.find(key);
  if (options_.observer) options_.observer->waited(now - waiting->second.since);
  processing_.emplace(key, Held{now, waiting->second.priority});
  dirty_.erase(waiting);
  report_depth_locked();
  return key;
}

void WorkQueue::report_depth_locked() {
  if (options_.observer) options_.observer->depth(line_.size());
}

}  // namespace staves::kube
