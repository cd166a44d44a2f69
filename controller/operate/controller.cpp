#include "operate/controller.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "base/heap.h"
#include "base/log.h"
#include "decide/labels.h"
#include "kube/events.h"
#include "kube/reflector.h"
#include "operate/control_loop.h"
#include "operate/page_server.h"
#include "operate/store_figures.h"

namespace staves::operate {

namespace {

/// A watch ends after 10 minutes at the latest, so a longer silence is a thread that hangs.
constexpr std::chrono::minutes longest_silence{15};
/// An attempt to get or renew the lease ends after some seconds at the latest.
constexpr std::chrono::minutes longest_attempt{1};
/// Of each resolver. A host that does not answer holds one of them.
constexpr int lookup_threads = 4;

std::string ours() {
  return std::string(decide::label::managed_by) + "=" + std::string(decide::label::managed_by_staves);
}

decide::Setup setup_of(const Options& options) {
  return {.operator_image = options.operator_image,
          .operator_pull_policy = options.operator_pull_policy,
          .image_volumes = options.image_volumes,
          .user_namespaces = options.user_namespaces};
}

kube::EventWriterOptions event_options(const std::string& instance) {
  kube::EventWriterOptions options;
  options.controller = "staves-controller";
  options.instance = instance;
  return options;
}

std::unique_ptr<kube::Elector> elector_of(const ControllerParts& parts) {
  if (!parts.candidacy) return nullptr;
  return std::make_unique<kube::Elector>(parts.candidacy->elector, parts.candidacy->cluster, parts.clock);
}

/// Everything that runs. Members are destroyed in the order of the design: workers first, what they use last.
class Running {
 public:
  explicit Running(ControllerParts parts)
      : parts_(std::move(parts)),
        events_(event_options(parts_.instance), parts_.cluster, parts_.clock),
        elector_(elector_of(parts_)),
        loop_({.setup = setup_of(parts_.options),
               .cluster = parts_.cluster,
               .logs = parts_.logs,
               .resolve_tag = parts_.resolve_tag,
               .resolve_branch = parts_.resolve_branch,
               .resolve_published = parts_.resolve_published,
               .record_event = [this](kube::EventNote note) { events_.record(std::move(note)); },
               .clock = parts_.clock,
               .queue_observer = parts_.metrics.queue(),
               .round_observer = parts_.metrics.rounds(),
               .may_write = [this] { return !elector_ || elector_->leads(); },
               .round_limit = std::chrono::seconds(parts_.options.round_seconds)}) {
    parts_.metrics.count_builds(loop_.stores(), [this] { return loop_.has_begun(); });
    parts_.metrics.set_workers(parts_.options.workers);
    Stores& stores = loop_.stores();
    add_reflector(api::stavesimage_kind(), {}, stores.images);
    add_reflector(api::stavesbuilder_kind(), {}, stores.builders);
    add_reflector(api::job_kind(), ours(), stores.jobs);
    add_reflector(api::pod_kind(), ours(), stores.pods);
    add_reflector(api::volume_claim_kind(), ours(), stores.claims);
    add_reflector(api::config_map_kind(), {}, stores.config_maps, true);
    add_figures();
  }

  base::Done listen() {
    const auto metrics = [this] { return Page{200, parts_.metrics.text()}; };
    const auto alive = [this] { return is_alive() ? Page{200, "ok\n"} : Page{503, "a watch or the election hangs\n"}; };
    const auto ready = [this] {
      return loop_.stores().synced() ? Page{200, "ok\n"} : Page{503, "the first lists are not in yet\n"};
    };
    TRY(serve(parts_.options.metrics_address, {{"/metrics", metrics}}));
    return serve(parts_.options.health_address, {{"/healthz", alive}, {"/readyz", ready}});
  }

  void run(const std::stop_token& stop) {
    start_background();
    if (wait_until_synced(stop)) {
      base::trim_heaps();
      base::log_info("the stores are filled", {{"images", std::to_string(loop_.stores().images.size())},
                                               {"builders", std::to_string(loop_.stores().builders.size())},
                                               {"jobs", std::to_string(loop_.stores().jobs.size())}});
      start_election();
      if (wait_until_leading(stop)) work_until(stop);
      leave_election();
    }
    stop_background();
  }

 private:
  template <class T>
  void add_reflector(const api::Kind& kind, const std::string& selector, kube::Store<T>& store,
                     bool metadata_only = false) {
    kube::ReflectorOptions options;
    options.type = resource_type(kind);
    options.name_space = parts_.options.name_space;
    options.label_selector = selector;
    options.metadata_only = metadata_only;
    reflectors_.push_back(std::make_unique<kube::Reflector>(options, parts_.cluster, store, *parts_.clock));
    kinds_.push_back(kind.plural);
  }

  void add_figures() {
    add_figures_of_watches();
    parts_.metrics.read_work_at_hand([this] { return loop_.queue().at_work(); });
    if (!elector_) return;
    parts_.metrics.read_gauge("leader_election_master_status", "1 while this controller leads", "name", [this] {
      return std::vector<Metrics::Series>{{parts_.candidacy->elector.lease.name, elector_->leads() ? 1.0 : 0.0}};
    });
  }

  void add_figures_of_watches() {
    const auto of_reflectors = [this](std::uint64_t kube::ReflectorCounts::* count) {
      return [this, count] {
        std::vector<Metrics::Series> series;
        for (std::size_t i = 0; i < reflectors_.size(); ++i) {
          series.push_back({kinds_[i], static_cast<double>(reflectors_[i]->counts().*count)});
        }
        return series;
      };
    };
    Metrics& metrics = parts_.metrics;
    using Counts = kube::ReflectorCounts;
    metrics.read_counter("staves_lists_total", "Full lists", "kind", of_reflectors(&Counts::lists));
    metrics.read_counter("staves_watches_total", "Watches that were begun", "kind", of_reflectors(&Counts::watches));
    metrics.read_counter("staves_watch_events_total", "Events of watches", "kind", of_reflectors(&Counts::events));
    metrics.read_counter("staves_watch_failures_total", "Lists and watches that failed", "kind",
                         of_reflectors(&Counts::failures));
    metrics.read_counter("staves_unreadable_objects_total", "Objects and lines that could not be read", "kind",
                         of_reflectors(&Counts::skipped));
    metrics.read_counter("staves_events_total", "Events by what became of them", "result", [this] {
      const kube::EventCounts counts = events_.counts();
      return std::vector<Metrics::Series>{{"written", static_cast<double>(counts.written)},
                                          {"dropped", static_cast<double>(counts.dropped)},
                                          {"failed", static_cast<double>(counts.failed)}};
    });
    read_store_figures(metrics, loop_.stores());
  }

  base::Done serve(const std::string& address, PageServer::Pages pages) {
    if (address == "0") return {};
    TRY_ASSIGN(auto server, PageServer::listen(address, std::move(pages)));
    base::log_info("listening", {{"address", address}, {"port", std::to_string(server->port())}});
    servers_.push_back(std::move(server));
    return {};
  }

  bool is_alive() const {
    const auto now = parts_.clock->steady_now();
    if (is_candidate_ && now - elector_->last_attempt() > longest_attempt) return false;
    return std::ranges::all_of(reflectors_,
                               [now](const auto& one) { return now - one->last_progress() < longest_silence; });
  }

  void start_background() {
    const std::stop_token stop = background_stop_.get_token();
    for (const auto& reflector : reflectors_) {
      background_.emplace_back([&reflector = *reflector, stop] { reflector.run(stop); });
    }
    for (TagResolver* resolver : {&loop_.tags(), &loop_.branches(), &loop_.published()}) {
      for (int i = 0; i < lookup_threads; ++i) background_.emplace_back([resolver, stop] { resolver->work(stop); });
    }
    background_.emplace_back([this, stop] { loop_.progress().work(stop); });
    background_.emplace_back([this, stop] { loop_.alarms().work(stop); });
  }

  /// Whoever has not seen the cluster yet would be of no use as a leader.
  void start_election() {
    if (!elector_) return;
    guard_ = std::jthread([this](const std::stop_token& stop) { elector_->guard(stop); });
    candidate_ = std::jthread([this](const std::stop_token& stop) { elector_->run(stop); });
    is_candidate_ = true;
  }

  bool wait_until_leading(const std::stop_token& stop) const { return !elector_ || elector_->wait_until_leading(stop); }

  /// The lease is renewed until here: rounds that were under way after `stop` needed it.
  void leave_election() {
    if (!elector_) return;
    is_candidate_ = false;
    candidate_ = {};
    elector_->release();
    guard_ = {};
  }

  bool wait_until_synced(const std::stop_token& stop) {
    Stores& stores = loop_.stores();
    return stores.images.wait_until_synced(stop) && stores.builders.wait_until_synced(stop) &&
           stores.jobs.wait_until_synced(stop) && stores.pods.wait_until_synced(stop) &&
           stores.claims.wait_until_synced(stop) && stores.config_maps.wait_until_synced(stop);
  }

  void work_until(const std::stop_token& stop) {
    loop_.begin();
    std::vector<std::future<void>> workers;
    for (int i = 0; i < parts_.options.workers; ++i) {
      workers.push_back(std::async(std::launch::async, [this] { loop_.work(work_stop_.get_token()); }));
    }
    std::promise<void> told;
    const std::stop_callback on_stop(stop, [&told] { told.set_value(); });
    told.get_future().wait();
    base::log_info("stopping");
    loop_.queue().shut_down();
    const auto patience_ends = std::chrono::steady_clock::now() + std::chrono::seconds(parts_.options.drain_seconds);
    for (const auto& worker : workers) worker.wait_until(patience_ends);
    work_stop_.request_stop();
    for (auto& worker : workers) worker.get();
  }

  void stop_background() {
    background_stop_.request_stop();
    background_.clear();
    base::log_info("stopped");
  }

  ControllerParts parts_;
  kube::EventWriter events_;
  std::unique_ptr<kube::Elector> elector_;  ///< null: it is the only controller
  ControlLoop loop_;
  std::vector<std::unique_ptr<kube::Reflector>> reflectors_;
  std::vector<std::string> kinds_;
  std::stop_source background_stop_;
  std::stop_source work_stop_;
  std::vector<std::jthread> background_;
  std::atomic<bool> is_candidate_{false};
  std::jthread guard_;
  std::jthread candidate_;
  std::vector<std::unique_ptr<PageServer>> servers_;
};

}  // namespace

base::Done run_controller(ControllerParts parts, const std::stop_token& stop) {
  if (parts.candidacy) TRY(kube::check_terms(parts.candidacy->elector.terms));
  Running running(std::move(parts));
  // Probes are answered before the first lists are in: a slow API server is no reason to be restarted.
  TRY(running.listen());
  running.run(stop);
  return {};
}

}  // namespace staves::operate
