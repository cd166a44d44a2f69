#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "api/step_result.h"
#include "base/clock.h"
#include "kube/cluster.h"
#include "operate/wake.h"

namespace staves::operate {

/// Reads how far builds are: the last line that `publish` printed, by pods/log. Nobody waits for it: who asks gets what
/// was read last and is woken when something else has been read. Thread-safe. Source: design/0001, Handover.
class ProgressReader {
 public:
  /// At most one read of a pod in this time.
  static constexpr std::chrono::seconds interval{5};
  /// A pod whose reads fail is read ever more rarely, at least so often, and after all others: each read of a pod on a
  /// node that hangs takes as long as a request may.
  static constexpr std::chrono::seconds longest_interval{40};

  /// `cluster` should have a short deadline; it outlives this.
  ProgressReader(kube::Cluster& cluster, std::shared_ptr<const base::Clock> clock, Wake wake);

  /// What was read last of a pod; it is read again when that is due, and `asker` is woken when it then says something
  /// else.
  std::optional<api::Progress> latest(const kube::ObjectKey& pod, const WorkKey& asker);

  /// Reads one pod that is due, on the calling thread; false when none is.
  bool work_once(const std::stop_token& stop);
  /// Reads pods as they become due, until `stop`.
  void work(const std::stop_token& stop);

  /// How many pods are remembered.
  std::size_t size() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Known {
    std::optional<api::Progress> progress;
    Moment asked{};       ///< when somebody last wanted to know
    Moment due{};         ///< when it may be read again
    int failures = 0;     ///< reads in a row
    bool queued = false;  ///< waits for its turn, or is being read
    WorkKey asker;
  };

  void forget_old(Moment now);
  std::optional<kube::ObjectKey> next();
  /// Notes how a read went; who is to be woken.
  std::optional<WorkKey> note(const kube::ObjectKey& pod, const base::Result<std::string>& log);

  kube::Cluster& cluster_;
  std::shared_ptr<const base::Clock> clock_;
  Wake wake_;
  mutable std::mutex mutex_;
  std::condition_variable_any filled_;
  std::map<kube::ObjectKey, Known> known_;
  std::deque<kube::ObjectKey> due_;
  std::deque<kube::ObjectKey> doubtful_;  ///< due, but the last read failed
};

}  // namespace staves::operate
