#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "kube/backoff.h"
#include "kube/cluster.h"
#include "kube/full_list.h"
#include "kube/initial_events.h"
#include "kube/object_sink.h"
#include "kube/sleep.h"
#include "kube/ticker.h"

namespace staves::kube {

struct ReflectorOptions {
  ResourceType type = {};
  std::string name_space = {};  ///< empty: all
  std::string label_selector = {};
  bool metadata_only = false;                ///< the sink gets PartialObjectMetadata: for Secrets and ConfigMaps
  bool stream_lists = true;                  ///< full lists come as a stream from servers that can do it
  int page = 500;                            ///< objects per page of a list that is not streamed
  std::chrono::seconds shortest_watch{300};  ///< the server ends a watch after a random time from this
  std::chrono::seconds longest_watch{600};   ///< to this
  Backoff::Limits backoff = {};
};

/// Counted since the beginning.
struct ReflectorCounts {
  std::uint64_t lists = 0;     ///< that were whole, streamed ones included
  std::uint64_t streamed = 0;  ///< lists that came as a stream
  std::uint64_t watches = 0;   ///< that were begun
  std::uint64_t events = 0;    ///< bookmarks included
  std::uint64_t skipped = 0;   ///< objects and lines that cannot be read
  std::uint64_t failures = 0;  ///< of a list or a watch
};

/// Keeps a sink equal to what the server has of one type: lists, then watches, and lists again only when the server has
/// forgotten where the watch stood. A list and the watch after it are one stream; a server that refuses that is asked
/// for pages from then on, and one whose streams break before they are whole for this once. Everything that can go
/// wrong is logged, counted, and tried again with growing pauses.
class Reflector {
 public:
  /// `cluster`, `sink` and `clock` outlive it.
  Reflector(ReflectorOptions options, Cluster& cluster, ObjectSink& sink, const base::Clock& clock,
            Sleep sleep = real_sleep(), Random random = real_random(), Ticker ticker = real_ticker());

  /// Works on the calling thread until `stop` is asked for. Call it once.
  void run(const std::stop_token& stop);

  /// Any thread may ask.
  ReflectorCounts counts() const;
  /// When the server last said anything, or a list or watch last began: for liveness.
  std::chrono::steady_clock::time_point last_progress() const { return last_progress_.load(); }

 private:
  enum class Next { Watch, List };

  ListQuery scope() const;
  Next list(const std::stop_token& stop);
  Done list_newest(const std::stop_token& stop);
  Done list_from(const std::string& resource_version, int limit, const std::stop_token& stop);
  void stage(const Json& item);
  bool may_stream() const;
  Next stream(const std::stop_token& stop);
  Next after_broken_stream(const Done& ended, bool gave_up, const std::stop_token& stop);
  Next watch(const std::stop_token& stop);
  Done follow(const std::string& from, const std::stop_token& stop);
  void begin_watching();
  Next after_watch(const Done& ended, const std::stop_token& stop);
  Next after_failed_watch(const Error& error, bool fruitless, const std::stop_token& stop);
  bool handle(WatchEventType type, const Json& object);
  bool offer_event(WatchEventType type, const Json& object);
  bool end_of_initial_events(const std::string& version);
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
  Ticker ticker_;
  FullList full_list_;
  std::string resource_version_;  ///< empty: nothing was listed yet
  bool watched_since_list_ = false;
  int internal_errors_ = 0;      ///< in a row
  bool stream_refused_ = false;  ///< the server knows no initial events
  int broken_streams_ = 0;       ///< in a row, before they were whole
  bool staging_ = false;         ///< a stream tells what was there
  std::optional<InitialEventsGuard> guard_;
  std::chrono::steady_clock::time_point watching_since_;
  std::uint64_t events_before_ = 0;  ///< of what is watched now
  std::atomic<std::uint64_t> lists_{0};
  std::atomic<std::uint64_t> streamed_{0};
  std::atomic<std::uint64_t> watches_{0};
  std::atomic<std::uint64_t> events_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::chrono::steady_clock::time_point> last_progress_;
};

}  // namespace staves::kube
