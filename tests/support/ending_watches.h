#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "tests/support/fake_cluster.h"

namespace staves::test {

/// A cluster whose watches end when a test says so, as a server ends them after some minutes. Of each kind it has one
/// watch at a time.
class EndingWatches final : public FakeCluster {
 public:
  using FakeCluster::FakeCluster;

  /// The watch of that kind ends, if there is one.
  void end_watch(const std::string& plural) {
    const std::lock_guard lock(mutex_);
    watches_[plural].end.request_stop();
  }

  /// How many watches of that kind were begun, streamed lists included.
  int watches(const std::string& plural) const {
    const std::lock_guard lock(mutex_);
    const auto found = watches_.find(plural);
    return found == watches_.end() ? 0 : found->second.begun;
  }

  base::Done watch(const kube::ResourceType& type, const kube::WatchQuery& query, const kube::OnWatchEvent& on_event,
                   std::stop_token stop) override {
    const std::stop_source end;
    note_begun(type.plural, end);
    const std::stop_callback with_caller(stop, [end] { std::stop_source(end).request_stop(); });
    const base::Done ended = FakeCluster::watch(type, query, on_event, end.get_token());
    const bool was_told_to = end.stop_requested() && !stop.stop_requested();
    return was_told_to ? base::Done() : ended;
  }

 private:
  struct Watch {
    std::stop_source end;
    int begun = 0;
  };

  void note_begun(const std::string& plural, const std::stop_source& end) {
    const std::lock_guard lock(mutex_);
    Watch& watch = watches_[plural];
    watch.end = end;
    ++watch.begun;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Watch> watches_;  ///< by plural
};

}  // namespace staves::test
