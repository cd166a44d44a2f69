#pragma once

#include <map>
#include <set>
#include <string>

#include "api/object.h"
#include "kube/object_sink.h"
#include "tests/support/fake_cluster.h"

namespace staves::scenario {

/// What is wrong with the watches of an operator.
struct Sight {
  int skips = 0;   ///< the event of this number, counted from 1 over all kinds, does not come before the next list
  int behind = 0;  ///< so many events of a kind are on their way for as long as anything else happens
  std::string kind = {};  ///< plural; `behind` is of this kind alone; empty: of each
};

/// Hands what happens in a cluster over to the operator's stores one event at a time, as watches do, and not all of it.
class View {
 public:
  /// `cluster` outlives it.
  View(const test::FakeCluster& cluster, Sight sight) : cluster_(cluster), sight_(std::move(sight)) {}

  /// The stores were filled with what there was at that version.
  void begin(const std::string& version);
  /// Brings a store as far as its watch is. A bookmark says that it is up to date when nothing is on its way.
  void show(kube::ObjectSink& sink, const api::Kind& kind, const std::string& selector);
  /// Something is on its way, or was left out.
  bool is_behind() const;
  /// To be called when nothing happens any more. The oldest event that is on its way comes at last, or, when none is,
  /// everything is listed again, which tells what was left out. False: nothing is to be told.
  bool catch_up();

  /// That came or were left out.
  int events() const { return events_; }

 private:
  struct Watch {
    std::string at;             ///< all until this version came or was left out
    std::int64_t waits_at = 0;  ///< the version of the oldest event on its way; 0: there is none
    bool is_due = false;        ///< that one comes next
    bool lists = false;
  };

  bool is_late(const std::string& plural) const;

  const test::FakeCluster& cluster_;
  Sight sight_;
  std::string begun_at_;
  std::map<std::string, Watch> watches_;  ///< by plural
  bool has_hole_ = false;
  int events_ = 0;
};

}  // namespace staves::scenario
