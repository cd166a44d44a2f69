#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

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

/// How soon a key is served among those that are ready.
enum class Priority {
  Low,     ///< after the others, but see WorkQueue::Options::low_stands_back
  Normal,  ///< in the order of arrival
};

/// What workers hold at one moment.
struct WorkAtHand {
  std::size_t keys = 0;
  std::chrono::nanoseconds total{0};    ///< time since they were taken, together
  std::chrono::nanoseconds longest{0};  ///< of the one that was taken first
};

/// Keys that need work. A key is with at most one worker at a time, waits at most once, and a key that is added while
/// it is worked on comes again: no change is lost. Thread-safe.
///
/// A key of low priority stands back behind those of normal priority that come up to `low_stands_back` later, and from
/// then on before them: it is never starved. A key that comes again, after a failure or a delay, keeps its priority.
class WorkQueue {
 public:
  struct Options {
    std::chrono::milliseconds first_backoff{5};
    std::chrono::milliseconds longest_backoff{1'000'000};
    std::chrono::milliseconds low_stands_back{30'000};  ///< 0: priorities make no difference
    std::shared_ptr<QueueObserver> observer = {};       ///< may be null
  };

  WorkQueue(Options options, std::shared_ptr<const base::Clock> clock);

  /// The key needs work now. One that waits already is moved to the front where its new priority would have put it.
  void add(const std::string& key, Priority priority = Priority::Normal);
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
  /// What workers hold.
  WorkAtHand at_work() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;

  /// Where a key stands in the line: the moment that counts, then the order of arrival.
  using Place = std::pair<Moment, std::uint64_t>;
  struct Waiting {
    Moment since;
    Priority priority = Priority::Normal;
    Place place;
  };
  struct Held {
    Moment since;
    Priority priority = Priority::Normal;
  };
  struct Delayed {
    Moment until;
    Priority priority = Priority::Normal;
  };

  void add_locked(const std::string& key, Priority priority);
  void line_up_locked(const std::string& key, Waiting& waiting);
  Priority priority_of_locked(const std::string& key) const;
  void add_at_locked(const std::string& key, Moment when);
  void release_due_locked();
  std::optional<std::string> pop_locked();
  void report_depth_locked();

  Options options_;
  std::shared_ptr<const base::Clock> clock_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::map<Place, std::string> line_;               ///< ready and not taken
  std::unordered_map<std::string, Waiting> dirty_;  ///< need work: those in line, and those held that come again
  std::unordered_map<std::string, Held> processing_;
  std::unordered_map<std::string, Delayed> delayed_until_;
  std::set<std::pair<Moment, const std::string*>> delayed_;  ///< the keys of delayed_until_ by their moment
  std::uint64_t arrivals_ = 0;
  std::unordered_map<std::string, int> failures_;
  bool shut_down_ = false;
};

}  // namespace staves::kube
