#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "operate/control_loop.h"
#include "tests/scenario/farm.h"
#include "tests/scenario/view.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/manual_clock.h"

namespace staves::scenario {

/// A cluster, the operator on it, and time, one tick after the other on one thread.
class Play {
 public:
  Play();
  /// With watches that are not as they should be.
  explicit Play(const Sight& sight);

  /// Lets the operator work until it has nothing more to do within the next second, and has seen all that happened. A
  /// crashed one is replaced by a new one.
  void settle();
  /// Is called after each round from now on.
  void watch_each_tick(std::function<void()> look) { look_ = std::move(look); }
  /// Some seconds of work while what the operator sees of these kinds stands still.
  void work_blind_to(const std::set<std::string>& plurals);
  /// A new operator that knows nothing, and first sees the cluster as it was.
  void restart_in_the_past(const test::FakeCluster::Snapshot& past);
  void restart();
  /// Time goes by, and the operator works.
  void pass(std::chrono::seconds time);

  test::FakeCluster& cluster() { return *cluster_; }
  Farm& farm() { return farm_; }
  /// Reasons of the events so far, in order.
  const std::vector<std::string>& events() const { return events_; }
  int restarts() const { return restarts_; }
  int jobs_made() const;
  /// What a tag of the stage3 stands for from now on; empty: the registry does not answer.
  void set_stage3(std::string digest) { stage3_ = std::move(digest); }
  int lookups() const { return lookups_; }
  /// What the registry says of every image from now on: an error's code, or nothing: it has it. At first it does not
  /// answer.
  void set_registry(std::string error) { registry_ = std::move(error); }
  int looks_at_images() const { return looks_at_images_; }
  /// Events of watches, in a play with a Sight.
  int events_seen() const { return view_ ? view_->events() : 0; }

 private:
  /// Calls `fill` for the store of each kind.
  void for_each_store(
      const std::function<void(kube::ObjectSink& sink, const api::Kind& kind, const char* selector)>& fill);
  /// Brings the stores up to date as watches would.
  void see(const std::set<std::string>& blind_to);
  bool tick(const std::set<std::string>& blind_to);
  void rest();

  std::shared_ptr<test::ManualClock> clock_;
  std::unique_ptr<test::FakeCluster> cluster_;
  Farm farm_;
  std::unique_ptr<operate::ControlLoop> loop_;
  std::map<std::string, std::string> seen_;  ///< version by plural
  std::optional<View> view_;                 ///< nothing: all is seen at once
  std::vector<std::string> events_;
  std::string stage3_;
  std::function<void()> look_;
  std::string registry_ = "RegistryUnreachable";
  int lookups_ = 0;
  int looks_at_images_ = 0;
  int restarts_ = 0;
};

/// The statuses, Jobs and claims of a cluster without what depends on time and chance.
base::Json end_state(const test::FakeCluster& cluster);
/// The same, and how many objects of each kind were made and deleted on the way: what a fault may not change.
base::Json outcome(const test::FakeCluster& cluster);

}  // namespace staves::scenario
