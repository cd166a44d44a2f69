#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "decide/observation.h"
#include "kube/alarms.h"
#include "kube/cluster.h"
#include "kube/own_writes.h"
#include "kube/time_limit.h"
#include "kube/work_queue.h"
#include "operate/config_map_reader.h"
#include "operate/perform.h"
#include "operate/progress_reader.h"
#include "operate/round_observer.h"
#include "operate/stores.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// What a loop works with. References outlive it.
struct ControlLoopParts {
  decide::Setup setup;
  kube::Cluster& cluster;
  kube::Cluster& logs;  ///< for pods/log: has a short deadline
  ResolveTag resolve_tag;
  ResolveTag resolve_branch = {};
  ResolveTag resolve_published = {};  ///< of images by digest; empty: no registry is asked whether it still has them
  RecordEvent record_event;
  std::shared_ptr<const base::Clock> clock;
  std::shared_ptr<kube::QueueObserver> queue_observer;  ///< may be null
  std::shared_ptr<RoundObserver> round_observer;        ///< may be null
  MayWrite may_write = {};                              ///< empty: it always may
  std::chrono::seconds round_limit{60};                 ///< what a round waits for is given up after this time
};

/// Observe, decide, perform: one round a key, nothing remembered in between. Has no thread of its own: reflectors fill
/// its stores, as many threads as you like call `work`, and one calls `alarms().work`, so that rounds end in time.
class ControlLoop {
 public:
  explicit ControlLoop(ControlLoopParts parts);
  ControlLoop(const ControlLoop&) = delete;
  ControlLoop& operator=(const ControlLoop&) = delete;

  Stores& stores() { return stores_; }
  TagResolver& tags() { return tags_; }
  TagResolver& branches() { return branches_; }
  TagResolver& published() { return published_; }
  ProgressReader& progress() { return progress_; }
  kube::WorkQueue& queue() { return queue_; }
  const kube::WorkQueue& queue() const { return queue_; }
  kube::Alarms& alarms() { return alarms_; }

  /// Every resource needs a round from now on, after what changes meanwhile, and every change needs one. Before it,
  /// changes only fill the stores: whoever waits for its turn to lead keeps no list of what it has not done.
  void begin();
  bool has_begun() const { return has_begun_; }

  /// One round for one key that is ready, on the calling thread; false when none is.
  bool work_once(const std::stop_token& stop);
  /// Rounds until `queue().shut_down()`. `stop` gives up what a round waits for.
  void work(const std::stop_token& stop);

 private:
  RoundResult round_of(const std::string& text, const kube::TimeLimit& limit);
  RoundResult round(const WorkKey& key, const kube::TimeLimit& limit);
  base::Result<std::optional<decide::Decision>> decide(const WorkKey& key, const std::stop_token& stop);
  base::Result<std::optional<decide::ImageObservation>> look_at_image(const WorkKey& key, const std::stop_token& stop);
  /// Reads ConfigMaps for one round.
  ReadConfigMap config_maps_now(const std::stop_token& stop);
  /// What registries and git servers said about the image.
  base::Done look_up_for(decide::ImageObservation& seen, const ReadConfigMap& read);
  base::Result<std::optional<decide::BuilderObservation>> look_at_builder(const WorkKey& key,
                                                                          const std::stop_token& stop);
  RoundResult after_timeout(const std::string& text);
  RoundResult after_error(const WorkKey& key, const base::Error& error);
  RoundResult after_refusal(const WorkKey& key, const decide::Decision& refused, const base::Error& error,
                            const std::stop_token& stop);
  decide::Decision decide_refused(const WorkKey& key, const base::Error& error, const std::stop_token& stop);
  void tell_user(const WorkKey& key, const base::Error& error);
  void take_back(const std::string& text, const std::stop_token& stop);

  ControlLoopParts parts_;
  kube::Alarms alarms_;
  Stores stores_;
  kube::OwnWrites own_writes_;
  kube::WorkQueue queue_;
  std::atomic<bool> has_begun_{false};
  TagResolver tags_;
  TagResolver branches_;
  TagResolver published_;
  ProgressReader progress_;
  ConfigMapReader config_maps_;
  Performer performer_;
};

}  // namespace staves::operate
