#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"

namespace staves::kube {

/// Told what happens in a queue, while the queue is locked: it has to be quick and must not call back.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  virtual void added() = 0;                                    ///< one key more is waiting
  virtual void depth(std::size_t keys) = 0;                    ///< keys that are ready and not taken
  virtual void waited(std::chrono::nanoseconds in_queue) = 0;  ///< a key was taken
  virtual void worked(std::chrono::nanoseconds at_work) = 0;   ///< a key is done
  virtual void retried() = 0;                                  ///< a key comes again after a failure
};

/// Keys that need work. A key is with at most one worker at a time, waits at most once, and a key that is added while
/// it is worked on comes again: no change is lost. Thread-safe.
class WorkQueue {
 public:
  struct Options {
    std::chrono::milliseconds first_backoff{5};
    std::chrono::milliseconds longest_backoff{1'000'000};
    std::shared_ptr<QueueObserver> observer = {};  ///< may be null
  };

  WorkQueue(Options options, std::shared_ptr<const base::Clock> clock);

  /// The key needs work now.
  void add(const std::string& key);
  /// The key needs work after a while; of several delays the earliest counts.
  void add_after(const std::string& key, std::chrono::milliseconds delay);
  /// The key failed: it comes again after 5 ms, 10 ms, ... 1000 s. Gives the pause.
  std::chrono::milliseconds add_after_failure(const std::string& key);
  /// The key succeeded, or its object is gone: its failures no longer count.
  void forget(const std::string& key);
  /// How often it failed since it was forgotten.
  int failures(const std::string& key) const;

  /// Waits for a key to work on, which has to be given back by `done`. Nothing: the queue was shut down.
  std::optional<std::string> take();
  /// The same without waiting. Nothing: no key is ready.
  std::optional<std::string> try_take();
  /// The work on a key ended, well or not.
  void done(const std::string& key);

  /// Wakes everyone; from now on nothing is added or taken.
  void shut_down();

  /// Keys that are ready and not taken.
  std::size_t size() const;
  /// Keys that workers hold.
  std::size_t at_work() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;

  void add_locked(const std::string& key);
  void add_at_locked(const std::string& key, Moment when);
  void release_due_locked();
  std::optional<std::string> pop_locked();
  void report_depth_locked();

  Options options_;
  std::shared_ptr<const base::Clock> clock_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::string> waiting_;
  std::unordered_map<std::string, Moment> dirty_;       ///< since when
  std::unordered_map<std::string, Moment> processing_;  ///< since when
  std::set<std::pair<Moment, std::string>> delayed_;
  std::unordered_map<std::string, Moment> delayed_until_;
  std::unordered_map<std::string, int> failures_;
  bool shut_down_ = false;
};

}  // namespace staves::kube
