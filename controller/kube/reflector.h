#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "kube/backoff.h"
#include "kube/cluster.h"
#include "kube/object_sink.h"
#include "kube/sleep.h"

namespace staves::kube {

struct ReflectorOptions {
  ResourceType type = {};
  std::string name_space = {};  ///< empty: all
  std::string label_selector = {};
  int page = 500;                            ///< objects per page of a list
  std::chrono::seconds shortest_watch{300};  ///< the server ends a watch after a random time from this
  std::chrono::seconds longest_watch{600};   ///< to this
  Backoff::Limits backoff = {};
};

/// Counted since the beginning.
struct ReflectorCounts {
  std::uint64_t lists = 0;     ///< that were whole
  std::uint64_t watches = 0;   ///< that were begun
  std::uint64_t events = 0;    ///< bookmarks included
  std::uint64_t skipped = 0;   ///< objects and lines that cannot be read
  std::uint64_t failures = 0;  ///< of a list or a watch
};

/// Keeps a sink equal to what the server has of one type: lists, then watches, and lists again only when the server has
/// forgotten where the watch stood. Everything that can go wrong is logged, counted, and tried again with growing
/// pauses.
class Reflector {
 public:
  /// `cluster`, `sink` and `clock` outlive it.
  Reflector(ReflectorOptions options, Cluster& cluster, ObjectSink& sink, const base::Clock& clock,
            Sleep sleep = real_sleep(), Random random = real_random());

  /// Works on the calling thread until `stop` is asked for. Call it once.
  void run(const std::stop_token& stop);

  /// Any thread may ask.
  ReflectorCounts counts() const;
  /// When the server last said anything, or a list or watch last began: for liveness.
  std::chrono::steady_clock::time_point last_progress() const { return last_progress_.load(); }

 private:
  enum class Next { Watch, List };

  Next list(const std::stop_token& stop);
  Done list_newest(const std::stop_token& stop);
  Done list_from(const std::string& resource_version, int limit, const std::stop_token& stop);
  void stage(const Json& item);
  bool offer(bool (ObjectSink::*how)(const Json&), const Json& object);
  Next watch(const std::stop_token& stop);
  Next after_failed_watch(const Error& error, bool fruitless, const std::stop_token& stop);
  bool handle(WatchEventType type, const Json& object);
  void pause_after(const Error& error, std::string_view what, const std::stop_token& stop);
  void note_skipped(std::string_view what, const Json& object);
  void note_progress() { last_progress_.store(clock_.steady_now()); }

  ReflectorOptions options_;
  Cluster& cluster_;
  ObjectSink& sink_;
  const base::Clock& clock_;
  Sleep sleep_;
  Random random_;
  Backoff backoff_;
  std::string resource_version_;  ///< empty: nothing was listed yet
  bool watched_since_list_ = false;
  int internal_errors_ = 0;  ///< in a row
  std::atomic<std::uint64_t> lists_{0};
  std::atomic<std::uint64_t> watches_{0};
  std::atomic<std::uint64_t> events_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::chrono::steady_clock::time_point> last_progress_;
};

}  // namespace staves::kube
