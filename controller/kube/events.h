#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "kube/cluster.h"
#include "kube/event_series.h"
#include "kube/sleep.h"

namespace staves::kube {

struct EventWriterOptions {
  std::string controller = {};                ///< reportingController
  std::string instance = {};                  ///< reportingInstance, such as the pod's name; cut at 128 characters
  std::size_t limit = 1000;                   ///< events that may wait; more are dropped
  int attempts = 12;                          ///< of one write, unless the server refuses it
  std::chrono::milliseconds pause{10'000};    ///< between them
  std::chrono::milliseconds farewell{2'000};  ///< for what still waits when it is destroyed
};

struct EventCounts {
  std::uint64_t written = 0;
  std::uint64_t dropped = 0;  ///< the queue was full, or time was up
  std::uint64_t failed = 0;   ///< the server would not have it
};

/// Writes events.k8s.io/v1 events on a thread of its own. Repeats of an event become a series instead of new objects.
class EventWriter {
 public:
  EventWriter(EventWriterOptions options, Cluster& cluster, std::shared_ptr<const base::Clock> clock,
              Sleep sleep = real_sleep());
  /// Writes what waits, for at most `farewell`.
  ~EventWriter();
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  /// Leaves an event to be written; never waits. A full queue drops it and counts.
  void record(EventNote note);

  EventCounts counts() const;

 private:
  void run(const std::stop_token& stop);
  /// Waits; an empty note says that it is time to look at the series. Nothing: all is written, or time is up.
  std::optional<EventNote> next(const std::stop_token& stop);
  void write(const EventWrite& what, const std::stop_token& stop);
  Done send(const EventWrite& what, const std::stop_token& stop);

  EventWriterOptions options_;
  Cluster& cluster_;
  std::shared_ptr<const base::Clock> clock_;
  Sleep sleep_;
  EventSeries series_;      ///< only the thread's
  std::stop_source hurry_;  ///< ends pauses when we are closing
  std::mutex mutex_;
  std::condition_variable_any filled_;
  std::condition_variable emptied_;
  std::deque<EventNote> waiting_;
  bool closing_ = false;
  bool finished_ = false;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::jthread thread_;
};

}  // namespace staves::kube
