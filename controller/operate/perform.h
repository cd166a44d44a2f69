#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "decide/decision.h"
#include "kube/cluster.h"
#include "kube/event_series.h"
#include "kube/own_writes.h"
#include "operate/work_key.h"

namespace staves::operate {

/// Takes an event to be written some time; never waits.
using RecordEvent = std::function<void(kube::EventNote note)>;

/// Whether this controller may write at this moment. Any thread may ask, before each write: it has to be quick.
using MayWrite = std::function<bool()>;

/// Does what decisions say: the only one here who writes to the cluster. Thread-safe.
class Performer {
 public:
  /// `cluster` and `own_writes` outlive it. Without `may_write` it always may.
  Performer(kube::Cluster& cluster, kube::OwnWrites& own_writes, RecordEvent record_event, MayWrite may_write = {});

  /// Does the actions in order and stops at the first that fails.
  /// Errors: those of kube::Cluster; NotOurs (retry: after 60 s) when an object of that name exists and is not ours;
  /// NotLeading (soon) when another controller may be at work; Cancelled (never) when `stop` was asked for before.
  base::Done perform(const WorkKey& about, const std::vector<decide::Action>& actions, const std::stop_token& stop);

 private:
  base::Done may_go_on(const std::stop_token& stop) const;
  base::Done perform(const WorkKey& about, const decide::CreateOnce& action, const std::stop_token& stop);
  base::Done perform(const WorkKey& about, const decide::Delete& action, const std::stop_token& stop);
  base::Done perform(const WorkKey& about, const decide::PatchStatus& action, const std::stop_token& stop);
  base::Done perform(const WorkKey& about, const decide::PatchSpec& action, const std::stop_token& stop);
  base::Done perform(const WorkKey& about, const decide::EmitEvent& action, const std::stop_token& stop);
  base::Done patch(const WorkKey& about, const api::ObjectRef& object, const kube::Patch& patch,
                   const std::string& what, const std::stop_token& stop);
  bool is_there(const api::ObjectRef& object, const std::stop_token& stop);
  void remember(const WorkKey& about, const api::ObjectRef& object, const base::Json& answer);

  kube::Cluster& cluster_;
  kube::OwnWrites& own_writes_;
  RecordEvent record_event_;
  MayWrite may_write_;
};

}  // namespace staves::operate
