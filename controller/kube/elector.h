#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>

#include "kube/alarms.h"
#include "kube/backoff.h"
#include "kube/cluster.h"
#include "kube/election.h"
#include "kube/sleep.h"

namespace staves::kube {

struct ElectorOptions {
  ObjectKey lease = {};
  std::string identity = {};  ///< of this process alone: see Election
  LeaseTerms terms = {};      ///< check_terms says that they are good
  /// Called once, from any thread of the elector, when this process led and may lead no more. It should end the process
  /// at once: whatever still runs may be doing what another one does by now.
  std::function<void()> on_lost = {};
};

/// Sees to it that of several processes at most one leads, by a Lease that it renews. Who waits watches the one Lease:
/// it sleeps until the lease is given back, or its holder was not heard of for too long. Two threads work for it: `run`
/// sends the requests, `guard` ends those that hang and notices when there was no renewal for too long, so that a
/// request which never comes back cannot make two leaders. Source: client-go, tools/leaderelection.
class Elector {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// `cluster` outlives it; it should have connections of its own, so that a flood of other requests does not cost the
  /// lease.
  Elector(ElectorOptions options, Cluster& cluster, std::shared_ptr<const base::Clock> clock,
          Sleep sleep = real_sleep(), Random random = real_random());

  /// Tries to lead, and then to go on leading, until `stop` is asked for or the lease is lost. A look or a write under
  /// way is not given up by `stop`: it ends by its own deadline.
  void run(const std::stop_token& stop);
  /// Keeps the time until `stop` is asked for; it has to outlast `run` and `release`.
  void guard(const std::stop_token& stop) { alarms_.work(stop); }

  /// One look and, if it may be had, one write of the lease, on the calling thread. Gives the pause before the next.
  std::chrono::milliseconds attempt();
  /// While another one holds the lease: waits on the calling thread until it may be had, or a look is due. False: there
  /// is nothing to wait for, or it cannot be watched, and the pause before the next attempt has to do.
  bool await_turn(const std::stop_token& stop);
  /// What `guard` does whenever something is due.
  void keep_time() { alarms_.ring_due(); }

  /// Whether this process may write, at this moment: it is false from the renew deadline on even when no thread of the
  /// elector runs. Any thread may ask.
  bool leads() const;
  /// Waits until it leads; false when `stop` or the loss came first.
  bool wait_until_leading(const std::stop_token& stop) const;
  /// When the last attempt ended, or the lease was last heard of: for liveness.
  Moment last_attempt() const { return last_attempt_.load(); }

  /// Leaves the lease to others, if it is ours, so that they need not wait until it is over. Call it when `run` has
  /// returned and nobody writes to the cluster any more. Gives up after `LeaseTerms::request_deadline`.
  void release();

 private:
  enum class Role {
    Waits,  ///< -> Leads, Left
    Leads,  ///< -> Lost, Left
    Lost,
    Left,
  };

  Done campaign();
  Done look(Moment ends);
  Done bid(Moment ends);
  Done write(const LeaseRecord& record, Moment ends);
  Done say_farewell(Moment ends);
  Done see(const Json& lease);
  bool follow(WatchEventType type, const Json& lease);
  Moment next_look();
  void note_refused_watch(const Error& error);
  void hold_since(Moment began);
  bool is_overdue() const;
  void watch_deadline();
  void lose(std::string_view why);
  bool has(Role role) const;
  Moment request_ends() const;

  ElectorOptions options_;
  Cluster& cluster_;
  std::shared_ptr<const base::Clock> clock_;
  Sleep sleep_;
  Random random_;
  Election election_;  ///< only of the thread that runs, and then of the one that releases
  bool has_bid_ = false;
  std::string told_holder_;  ///< for whom it said that it waits
  Moment no_watch_before_ = Moment::min();
  Alarms alarms_;
  std::atomic<Moment> last_attempt_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any role_changed_;
  Role role_ = Role::Waits;
  Moment leads_until_ = Moment::min();
};

}  // namespace staves::kube
