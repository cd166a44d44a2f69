#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/http_cluster.h"
#include "kube/work_queue.h"
#include "operate/round_observer.h"
#include "operate/stores.h"

namespace staves::operate {

/// What Prometheus is told. Names of rounds, queue and requests are those that controllers in Go have, so that existing
/// dashboards and alerts work; ours begin with staves_. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Each shares in the ownership of what it counts.
  std::shared_ptr<RoundObserver> rounds() const;
  std::shared_ptr<kube::QueueObserver> queue() const;
  /// `server` is "https://host:port", as in kube::Connection.
  std::shared_ptr<kube::RequestObserver> requests(std::string_view server) const;
  /// Says once how many workers there are: all of them may work on either kind.
  void set_workers(int workers);
  /// Says what workers hold at the moment; what `read` refers to outlives this.
  void read_work_at_hand(std::function<kube::WorkAtHand()> read);

  /// Counts builds when their end comes into view. Call it before the reflectors start.
  /// Only while `counts` says so: of several controllers one counts.
  void count_builds(Stores& stores, std::function<bool()> counts) const;

  /// A number that is read when somebody asks: label value and number of each series.
  struct Series {
    std::string label;
    double value = 0;
  };
  using ReadSeries = std::function<std::vector<Series>()>;
  /// `label_name` may be empty when there is one series. What `read` refers to outlives this.
  void read_counter(std::string name, std::string help, std::string label_name, ReadSeries read);
  void read_gauge(std::string name, std::string help, std::string label_name, ReadSeries read);

  /// The text exposition format, version 0.0.4.
  std::string text() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace staves::operate
