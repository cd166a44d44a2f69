#include "tests/scenario/play.h"

#include "api/object.h"
#include "base/digest.h"
#include "base/log.h"
#include "nlohmann/json.hpp"

namespace staves::scenario {

namespace {

using base::Json;
using operate::resource_type;

constexpr auto ours = "app.kubernetes.io/managed-by=staves";

void drop_times(Json& value) {
  if (value.is_array()) {
    for (Json& element : value) drop_times(element);
  }
  if (!value.is_object()) return;
  for (auto member = value.begin(); member != value.end();) {
    const bool drop = member.key().ends_with("Time") || member.key() == "creationTimestamp" ||
                      member.key() == "resourceVersion" || member.key() == "uid" || member.key() == "seconds" ||
                      member.key() == "queueSeconds";
    if (drop) {
      member = value.erase(member);
    } else {
      drop_times(*member);
      ++member;
    }
  }
}

}  // namespace

Play::Play()
    : clock_(std::make_shared<test::ManualClock>()),
      cluster_(std::make_unique<test::FakeCluster>(clock_)),
      farm_(*cluster_, clock_),
      stage3_(base::sha256_digest("stage3")) {
  base::set_log_level(base::LogLevel::Error);
  restart();
  restarts_ = 0;
}

Play::Play(const Sight& sight) : Play() {
  view_.emplace(*cluster_, sight);
  view_->begin(cluster_->version());
}

void Play::restart() {
  restart_in_the_past(cluster_->snapshot());
}

void Play::restart_in_the_past(const test::FakeCluster::Snapshot& past) {
  ++restarts_;
  const auto resolve = [this](const operate::TagQuestion& question,
                              const std::stop_token&) -> base::Result<std::string> {
    ++lookups_;
    if (stage3_.empty()) return base::fail("RegistryUnreachable", question.reference, base::Retry::soon());
    return stage3_;
  };
  const auto resolve_published = [this](const operate::TagQuestion& question,
                                        const std::stop_token&) -> base::Result<std::string> {
    ++looks_at_images_;
    if (!registry_.empty()) return base::fail(registry_, question.reference, base::Retry::soon());
    return question.reference.substr(question.reference.find('@') + 1);
  };
  loop_ = std::make_unique<operate::ControlLoop>(
      operate::ControlLoopParts{.setup = {.operator_image = "registry.example/staves:test",
                                          .operator_pull_policy = "IfNotPresent",
                                          .image_volumes = false,
                                          .user_namespaces = false},
                                .cluster = *cluster_,
                                .logs = *cluster_,
                                .resolve_tag = resolve,
                                .resolve_published = resolve_published,
                                .record_event = [this](const kube::EventNote& note) { events_.push_back(note.reason); },
                                .clock = clock_,
                                .queue_observer = nullptr,
                                .round_observer = nullptr});
  seen_.clear();
  if (view_) view_->begin(past.version);
  loop_->begin();
  for_each_store([&](kube::ObjectSink& sink, const api::Kind& kind, const char* selector) {
    cluster_->fill(sink, resource_type(kind), selector, past);
  });
}

void Play::for_each_store(
    const std::function<void(kube::ObjectSink& sink, const api::Kind& kind, const char* selector)>& fill) {
  operate::Stores& stores = loop_->stores();
  fill(stores.images, api::stavesimage_kind(), "");
  fill(stores.builders, api::stavesbuilder_kind(), "");
  fill(stores.jobs, api::job_kind(), ours);
  fill(stores.pods, api::pod_kind(), ours);
  fill(stores.claims, api::volume_claim_kind(), ours);
  fill(stores.config_maps, api::config_map_kind(), "");
}

void Play::see(const std::set<std::string>& blind_to) {
  for_each_store([&](kube::ObjectSink& sink, const api::Kind& kind, const char* selector) {
    if (blind_to.contains(kind.plural)) return;
    if (view_) return view_->show(sink, kind, selector);
    const std::string version = cluster_->version_of(kind.plural);
    if (std::exchange(seen_[kind.plural], version) == version) {
      sink.advance(cluster_->version());
    } else {
      cluster_->fill(sink, resource_type(kind), selector);
    }
  });
}

bool Play::tick(const std::set<std::string>& blind_to) {
  see(blind_to);
  const std::stop_token never;
  const bool round = loop_->work_once(never);
  const bool tag = loop_->tags().work_once(never);
  const bool look = loop_->published().work_once(never);
  const bool progress = loop_->progress().work_once(never);
  if (cluster_->crashed()) {
    cluster_->revive();
    restart();
  }
  if (look_) look_();
  // Retries and looks that are due within the second.
  const bool worked = round || tag || look || progress;
  if (!worked) clock_->advance(std::chrono::milliseconds(250));
  return worked;
}

void Play::settle() {
  rest();
  while (view_ && view_->catch_up()) rest();
}

/// Until there is nothing to do. Who waits for what is on its way looks again and again, and changes nothing.
void Play::rest() {
  constexpr int most_ticks = 2000;
  constexpr int patience = 16;
  std::string version;
  for (int ticks = 0, quiet = 0, unchanged = 0; quiet < 4; ++ticks) {
    if (ticks == most_ticks) throw std::logic_error("the operator never comes to rest");
    quiet = tick({}) ? 0 : quiet + 1;
    unchanged = std::exchange(version, cluster_->version()) == version ? unchanged + 1 : 0;
    if (view_ && view_->is_behind() && unchanged >= patience) return;
  }
}

void Play::work_blind_to(const std::set<std::string>& plurals) {
  for (int ticks = 0; ticks < 50; ++ticks) tick(plurals);
}

void Play::pass(std::chrono::seconds time) {
  clock_->advance(time);
  settle();
}

int Play::jobs_made() const {
  return cluster_->creations(resource_type(api::job_kind()));
}

Json end_state(const test::FakeCluster& cluster) {
  Json state;
  for (const auto* kind :
       {&api::stavesimage_kind(), &api::stavesbuilder_kind(), &api::job_kind(), &api::volume_claim_kind()}) {
    for (const Json& object : cluster.objects(resource_type(*kind))) {
      state[kind->plural][object["metadata"]["name"].get<std::string>()] = object;
    }
  }
  drop_times(state);
  return state;
}

Json outcome(const test::FakeCluster& cluster) {
  Json result{{"end", end_state(cluster)}};
  for (const auto* kind : {&api::job_kind(), &api::volume_claim_kind(), &api::pod_kind(), &api::stavesimage_kind()}) {
    const auto type = resource_type(*kind);
    result["made"][kind->plural] = cluster.creations(type);
    result["deleted"][kind->plural] = cluster.deletions(type);
  }
  return result;
}

}  // namespace staves::scenario
