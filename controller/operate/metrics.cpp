#include "operate/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <mutex>

namespace staves::operate {

namespace {

using prometheus::Histogram;
using prometheus::Labels;

template <class T>
using Family = prometheus::Family<T>&;

constexpr const char* queue_name = "staves";

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

Histogram::BucketBoundaries of_rounds() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5,
          1.75,  2.0,  2.5,   3.0,  3.5, 4.0,  4.5, 5,    6,   7,    8,   9,    10,  15,  20,  25,  30,  40,  50,   60};
}
Histogram::BucketBoundaries of_queue() {
  return {1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000};
}
Histogram::BucketBoundaries of_requests() {
  return {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};
}
Histogram::BucketBoundaries of_waits() {
  return {1, 10, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400};
}
Histogram::BucketBoundaries of_builds() {
  return {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400};
}

/// Numbers that others keep.
class Readings {
 public:
  /// Every series has the labels `fixed`, and one called `label_name` unless that is empty.
  Readings(prometheus::MetricFamily family, const Labels& fixed, std::string label_name, Metrics::ReadSeries read)
      : family_(std::move(family)), label_name_(std::move(label_name)), read_(std::move(read)) {
    for (const auto& [name, value] : fixed) fixed_.push_back({name, value});
  }

  std::vector<prometheus::MetricFamily> Collect() const {  // NOLINT(readability-identifier-naming): prometheus-cpp's
    prometheus::MetricFamily family = family_;
    for (const Metrics::Series& series : read_()) {
      prometheus::ClientMetric metric;
      metric.label = fixed_;
      if (!label_name_.empty()) metric.label.push_back({label_name_, series.label});
      metric.counter.value = series.value;
      metric.gauge.value = series.value;
      family.metric.push_back(std::move(metric));
    }
    return {std::move(family)};
  }

 private:
  prometheus::MetricFamily family_;
  std::vector<prometheus::ClientMetric::Label> fixed_;
  std::string label_name_;
  Metrics::ReadSeries read_;
};

prometheus::Family<prometheus::Counter>& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
prometheus::Family<prometheus::Gauge>& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
prometheus::Family<Histogram>& histogram(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

constexpr std::array all_results{RoundResult::Success,  RoundResult::RequeueAfter, RoundResult::Requeue,
                                 RoundResult::Error,    RoundResult::Refusal,      RoundResult::Timeout,
                                 RoundResult::Exception};

const char* result_of(RoundResult result) {
  switch (result) {
    case RoundResult::Success:
      return "success";
    case RoundResult::RequeueAfter:
      return "requeue_after";
    case RoundResult::Requeue:
      return "requeue";
    case RoundResult::Error:
    case RoundResult::Refusal:
    case RoundResult::Timeout:
    case RoundResult::Exception:
      break;
  }
  return "error";
}

class Rounds final : public RoundObserver {
 public:
  explicit Rounds(prometheus::Registry& registry)
      : total_(counter(registry, "controller_runtime_reconcile_total", "Rounds by how they ended")),
        errors_(counter(registry, "controller_runtime_reconcile_errors_total", "Rounds that failed")),
        refusals_(counter(registry, "controller_runtime_terminal_reconcile_errors_total",
                          "Rounds that failed in a way that trying again soon does not help")),
        timeouts_(counter(registry, "controller_runtime_reconcile_timeouts_total", "Rounds that took too long")),
        panics_(counter(registry, "controller_runtime_reconcile_panics_total", "Rounds that threw")),
        time_(histogram(registry, "controller_runtime_reconcile_time_seconds", "Length of rounds")),
        busy_(gauge(registry, "controller_runtime_active_workers", "Workers that make a round")) {
    // A series that begins at 0 lets rate() see its first increase.
    for (const Subject subject : {Subject::Image, Subject::Builder}) {
      for (const RoundResult result : all_results) total_.Add(labels(subject, result));
      for (auto* family : {&errors_, &refusals_, &timeouts_, &panics_}) family->Add(labels(subject));
      busy_.Add(labels(subject));
      time_.Add(labels(subject), of_rounds());
    }
  }

  void began(Subject subject) override { busy_.Add(labels(subject)).Increment(); }
  void ended(Subject subject, RoundResult result, std::chrono::nanoseconds took) override {
    busy_.Add(labels(subject)).Decrement();
    total_.Add(labels(subject, result)).Increment();
    if (result_of(result) == result_of(RoundResult::Error)) errors_.Add(labels(subject)).Increment();
    time_.Add(labels(subject), of_rounds()).Observe(seconds(took));
    if (result == RoundResult::Refusal) refusals_.Add(labels(subject)).Increment();
    if (result == RoundResult::Timeout) timeouts_.Add(labels(subject)).Increment();
    if (result == RoundResult::Exception) panics_.Add(labels(subject)).Increment();
  }

 private:
  static Labels labels(Subject subject) { return {{"controller", std::string(to_string(subject))}}; }
  static Labels labels(Subject subject, RoundResult result) {
    return {{"controller", std::string(to_string(subject))}, {"result", result_of(result)}};
  }

  Family<prometheus::Counter> total_;
  Family<prometheus::Counter> errors_;
  Family<prometheus::Counter> refusals_;
  Family<prometheus::Counter> timeouts_;
  Family<prometheus::Counter> panics_;
  Family<Histogram> time_;
  Family<prometheus::Gauge> busy_;
};

Labels queue_labels() {
  return {{"name", queue_name}, {"controller", queue_name}};
}

class Queue final : public kube::QueueObserver {
 public:
  explicit Queue(prometheus::Registry& registry)
      : depth_(gauge(registry, "workqueue_depth", "Keys that are ready and not taken").Add(queue_labels())),
        adds_(counter(registry, "workqueue_adds_total", "Keys that were added").Add(queue_labels())),
        retries_(
            counter(registry, "workqueue_retries_total", "Keys that came again after a failure").Add(queue_labels())),
        waited_(histogram(registry, "workqueue_queue_duration_seconds", "How long keys waited")
                    .Add(queue_labels(), of_queue())),
        worked_(histogram(registry, "workqueue_work_duration_seconds", "How long keys were worked on")
                    .Add(queue_labels(), of_queue())) {}

  void added() override { adds_.Increment(); }
  void depth(std::size_t keys) override { depth_.Set(static_cast<double>(keys)); }
  void waited(std::chrono::nanoseconds in_queue) override { waited_.Observe(seconds(in_queue)); }
  void worked(std::chrono::nanoseconds at_work) override { worked_.Observe(seconds(at_work)); }
  void retried() override { retries_.Increment(); }

 private:
  prometheus::Gauge& depth_;
  prometheus::Counter& adds_;
  prometheus::Counter& retries_;
  Histogram& waited_;
  Histogram& worked_;
};

constexpr std::chrono::seconds longest_request{60};

class Requests {
 public:
  explicit Requests(prometheus::Registry& registry)
      : total_(counter(registry, "rest_client_requests_total", "Requests to the API server")),
        time_(histogram(registry, "rest_client_request_duration_seconds", "Length of requests, watches left out")),
        waited_(histogram(registry, "rest_client_rate_limiter_duration_seconds",
                          "How long requests waited for the client's own limit")),
        retries_(
            counter(registry, "rest_client_request_retries_total", "Requests sent again because the server asked")) {}

  void count(std::string_view host, std::string_view method, int status, std::chrono::milliseconds took) {
    const std::string code = status == 0 ? "<error>" : std::to_string(status);
    total_.Add({{"method", std::string(method)}, {"code", code}, {"host", std::string(host)}}).Increment();
    // Nothing but a watch lasts longer than a request's deadline, and a watch is no request that is slow.
    if (took > longest_request) return;
    time_.Add({{"verb", std::string(method)}, {"host", std::string(host)}}, of_requests()).Observe(seconds(took));
  }
  void waited(std::string_view host, std::string_view method, std::chrono::milliseconds time) {
    waited_.Add({{"verb", std::string(method)}, {"host", std::string(host)}}, of_requests()).Observe(seconds(time));
  }
  void retried(std::string_view host, std::string_view method, int status) {
    const std::string code = std::to_string(status);
    retries_.Add({{"verb", std::string(method)}, {"code", code}, {"host", std::string(host)}}).Increment();
  }

 private:
  Family<prometheus::Counter> total_;
  Family<Histogram> time_;
  Family<Histogram> waited_;
  Family<prometheus::Counter> retries_;
};

/// "host:port" of "https://host:port/path".
std::string host_of(std::string_view server) {
  if (const auto scheme = server.find("://"); scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  return std::string(server.substr(0, server.find('/')));
}

class RequestsToHost final : public kube::RequestObserver {
 public:
  RequestsToHost(std::shared_ptr<Requests> all, std::string host) : all_(std::move(all)), host_(std::move(host)) {}
  void requested(std::string_view method, int status, std::chrono::milliseconds took) override {
    all_->count(host_, method, status, took);
  }
  void waited(std::string_view method, std::chrono::milliseconds time) override { all_->waited(host_, method, time); }
  void retried(std::string_view method, int status) override { all_->retried(host_, method, status); }

 private:
  std::shared_ptr<Requests> all_;
  std::string host_;
};

class Builds {
 public:
  explicit Builds(prometheus::Registry& registry)
      : total_(counter(registry, "staves_builds_total", "Builds that ended")),
        time_(histogram(registry, "staves_build_duration_seconds", "From a build's first step to its end")),
        waited_(
            histogram(registry, "staves_build_queue_seconds", "How long builds waited for a place with their builder")
                .Add({}, of_waits())) {}

  void look(const std::shared_ptr<const api::StavesImage>& before,
            const std::shared_ptr<const api::StavesImage>& after) {
    // A build that had ended when the operator came was counted by the one before it.
    if (!before || !after) return;
    const api::BuildStatus& was = before->status.build;
    const api::BuildStatus& is = after->status.build;
    const bool begun = is.start_time && is.queued_time && (!was.start_time || was.number != is.number);
    if (begun) waited_.Observe(seconds(*is.start_time - *is.queued_time));
    const bool ended = is.completion_time && (!was.completion_time || was.number != is.number) && !is.job_name.empty();
    if (!ended) return;
    const std::string result = is.failure              ? "failed"
                               : is.cancelled          ? "cancelled"
                               : is.packages_unchanged ? "unchanged"
                                                       : "succeeded";
    total_
        .Add({{"namespace", after->meta.name_space},
              {"result", result},
              {"reason", is.reasons.empty() ? "" : std::string(api::to_string(is.reasons.front().reason))},
              {"class", is.failure ? std::string(api::to_string(is.failure->failure_class)) : ""}})
        .Increment();
    if (is.start_time)
      time_.Add({{"result", result}}, of_builds()).Observe(seconds(*is.completion_time - *is.start_time));
  }

 private:
  Family<prometheus::Counter> total_;
  Family<Histogram> time_;
  Histogram& waited_;
};

}  // namespace

struct Metrics::Parts {
  prometheus::Registry registry;
  Rounds rounds{registry};
  Queue queue{registry};
  Requests requests{registry};
  Builds builds{registry};
  prometheus::Family<prometheus::Gauge>& workers =
      gauge(registry, "controller_runtime_max_concurrent_reconciles", "Workers");
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<Readings>> readings;

  void add(prometheus::MetricType type, std::string name, std::string help, const Labels& fixed, std::string label_name,
           ReadSeries read) {
    const std::lock_guard lock(mutex);
    readings.push_back(std::make_unique<Readings>(prometheus::MetricFamily{std::move(name), std::move(help), type, {}},
                                                  fixed, std::move(label_name), std::move(read)));
  }
};

Metrics::Metrics() : parts_(std::make_shared<Parts>()) {}
Metrics::~Metrics() = default;

std::shared_ptr<RoundObserver> Metrics::rounds() const {
  return {parts_, &parts_->rounds};
}
std::shared_ptr<kube::QueueObserver> Metrics::queue() const {
  return {parts_, &parts_->queue};
}
std::shared_ptr<kube::RequestObserver> Metrics::requests(std::string_view server) const {
  return std::make_shared<RequestsToHost>(std::shared_ptr<Requests>(parts_, &parts_->requests), host_of(server));
}

void Metrics::set_workers(int workers) {
  for (const Subject subject : {Subject::Image, Subject::Builder}) {
    parts_->workers.Add({{"controller", std::string(to_string(subject))}}).Set(workers);
  }
}

void Metrics::read_work_at_hand(std::function<kube::WorkAtHand()> read) {
  const auto gauge_of = [&](const char* name, const char* help, std::chrono::nanoseconds kube::WorkAtHand::* part) {
    parts_->add(prometheus::MetricType::Gauge, name, help, queue_labels(), "",
                [read, part] { return std::vector<Series>{{.label = {}, .value = seconds(read().*part)}}; });
  };
  gauge_of("workqueue_unfinished_work_seconds", "How long keys that are worked on have been so, together",
           &kube::WorkAtHand::total);
  gauge_of("workqueue_longest_running_processor_seconds", "How long the longest work on a key has lasted",
           &kube::WorkAtHand::longest);
}

void Metrics::count_builds(Stores& stores, std::function<bool()> counts) const {
  stores.images.on_change([parts = parts_, counts = std::move(counts)](const auto& before, const auto& after) {
    if (counts()) parts->builds.look(before, after);
  });
}

void Metrics::read_counter(std::string name, std::string help, std::string label_name, ReadSeries read) {
  parts_->add(prometheus::MetricType::Counter, std::move(name), std::move(help), {}, std::move(label_name),
              std::move(read));
}

void Metrics::read_gauge(std::string name, std::string help, std::string label_name, ReadSeries read) {
  parts_->add(prometheus::MetricType::Gauge, std::move(name), std::move(help), {}, std::move(label_name),
              std::move(read));
}

std::string Metrics::text() const {
  auto families = parts_->registry.Collect();
  const std::lock_guard lock(parts_->mutex);
  for (const auto& reading : parts_->readings) {
    for (auto& family : reading->Collect()) families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace staves::operate
