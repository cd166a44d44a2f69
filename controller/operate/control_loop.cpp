#include "operate/control_loop.h"

#include <array>

#include "base/log.h"
#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "operate/observe_builder.h"
#include "operate/observe_image.h"
#include "operate/observe_overlays.h"
#include "operate/observe_pods.h"
#include "operate/observe_published.h"
#include "operate/wake.h"

namespace staves::operate {

namespace {

/// How often a key is tried while the stores have not seen its last write; their changes wake it as well.
constexpr std::chrono::milliseconds until_seen{250};
/// A write that the server refuses is not better a second later: quota, admission, a missing right.
constexpr std::chrono::seconds until_allowed{60};

/// A claim without our label is not watched.
constexpr std::chrono::seconds until_claim{15};

bool waits_for_foreign_claim(const decide::BuilderObservation& seen, const Stores& stores) {
  const bool is_bound = seen.claim && seen.claim->phase == "Bound";
  const bool is_unwatched = seen.claim && !stores.claims.get(key_of(seen.claim->meta));
  const bool is_foreign = is_unwatched || !seen.wanted->spec.cache.existing_claim.empty();
  return is_foreign && !is_bound && !seen.wanted->meta.deleting;
}

bool is_refusal(const base::Error& error) {
  constexpr std::array codes{"Forbidden", "Invalid", "BadRequest", "RequestEntityTooLarge", "NotOurs"};
  return std::ranges::find(codes, error.code) != codes.end();
}

template <class T>
bool has(const decide::Decision& decision) {
  return std::ranges::any_of(decision.actions,
                             [](const decide::Action& action) { return std::holds_alternative<T>(action); });
}

/// An object as the API server has it now; null: there is none of that name.
template <class T>
base::Result<std::shared_ptr<const T>> read_now(kube::Cluster& cluster, const api::Kind& kind,
                                                base::Result<T> (*parse)(const base::Json&), const kube::ObjectKey& key,
                                                const std::stop_token& stop) {
  const auto object = cluster.get(resource_type(kind), key, stop);
  if (!object && object.error().code == "NotFound") return nullptr;
  if (!object) return base::fail(object.error());
  TRY_ASSIGN(T parsed, parse(*object));
  return std::make_shared<const T>(std::move(parsed));
}

}  // namespace

ControlLoop::ControlLoop(ControlLoopParts parts)
    : parts_(std::move(parts)),
      alarms_(parts_.clock),
      own_writes_(parts_.clock),
      queue_({.observer = parts_.queue_observer}, parts_.clock),
      tags_(parts_.resolve_tag, parts_.clock, [this](const WorkKey& key) { queue_.add(to_text(key)); }),
      branches_(parts_.resolve_branch, parts_.clock, [this](const WorkKey& key) { queue_.add(to_text(key)); }),
      published_(parts_.resolve_published, parts_.clock, [this](const WorkKey& key) { queue_.add(to_text(key)); }),
      progress_(parts_.logs, parts_.clock, [this](const WorkKey& key) { queue_.add(to_text(key)); }),
      config_maps_(parts_.cluster, stores_.config_maps),
      performer_(parts_.cluster, own_writes_, parts_.record_event, parts_.may_write) {
  wake_on_changes(stores_, [this](const WorkKey& key) {
    if (has_begun_) queue_.add(to_text(key));
  });
}

void ControlLoop::begin() {
  // In this order: what changes between the two is told twice rather than never.
  has_begun_ = true;
  const auto add = [this](Subject subject, const api::ObjectMeta& meta) {
    queue_.add(to_text(WorkKey{subject, key_of(meta)}), kube::Priority::Low);
  };
  for (const auto& builder : stores_.builders.list()) add(Subject::Builder, builder->meta);
  for (const auto& image : stores_.images.list()) add(Subject::Image, image->meta);
}

bool ControlLoop::work_once(const std::stop_token& stop) {
  const auto key = queue_.try_take();
  if (key) take_back(*key, stop);
  return key.has_value();
}

void ControlLoop::work(const std::stop_token& stop) {
  while (const auto key = queue_.take()) take_back(*key, stop);
}

void ControlLoop::take_back(const std::string& text, const std::stop_token& stop) {
  const auto key = parse_work_key(text);
  if (key) {
    const auto began = parts_.clock->steady_now();
    if (parts_.round_observer) parts_.round_observer->began(key->subject);
    const kube::TimeLimit limit(alarms_, began + parts_.round_limit, stop);
    const RoundResult result = round_of(text, limit);
    if (parts_.round_observer) parts_.round_observer->ended(key->subject, result, parts_.clock->steady_now() - began);
  }
  queue_.done(text);
}

RoundResult ControlLoop::round_of(const std::string& text, const kube::TimeLimit& limit) {
  // The one place of the controller where an exception of ours ends: a bug must not take the other resources along.
  try {
    return round(*parse_work_key(text), limit);
  } catch (const std::exception& thrown) {
    base::log_error("a round threw", {{"key", text}, {"error", thrown.what()}});
    queue_.add_after_failure(text);
    return RoundResult::Exception;
  }
}

RoundResult ControlLoop::round(const WorkKey& key, const kube::TimeLimit& limit) {
  const std::string text = to_text(key);
  const auto seen = [this](const std::string& kind) { return stores_.seen_version(kind); };
  if (!own_writes_.caught_up(text, seen)) {
    queue_.add_after(text, until_seen);
    return RoundResult::Requeue;
  }
  const auto decided = decide(key, limit.token());
  // What was read under a time that is over may be missing: nothing may be concluded from it.
  if (limit.is_over()) return after_timeout(text);
  if (!decided) return after_error(key, decided.error());
  const auto& decision = *decided;
  if (!decision) {
    own_writes_.forget(text);
    queue_.forget(text);
    return RoundResult::Success;
  }
  if (!decision->actions.empty()) {
    base::log_info(
        "decided",
        {{"key", text}, {"decision", decision->summary}, {"actions", std::to_string(decision->actions.size())}});
  }
  if (const auto done = performer_.perform(key, decision->actions, limit.token()); !done) {
    if (limit.is_over()) return after_timeout(text);
    return is_refusal(done.error()) ? after_refusal(key, *decision, done.error(), limit.token())
                                    : after_error(key, done.error());
  }
  queue_.forget(text);
  if (!decision->look_again_in) return RoundResult::Success;
  queue_.add_after(text, *decision->look_again_in);
  return RoundResult::RequeueAfter;
}

ReadConfigMap ControlLoop::config_maps_now(const std::stop_token& stop) {
  return [this, stop](const kube::ObjectKey& config_map, const std::string& key) {
    return config_maps_.read(config_map, key, stop);
  };
}

base::Result<std::optional<decide::ImageObservation>> ControlLoop::look_at_image(const WorkKey& key,
                                                                                 const std::stop_token& stop) {
  const ReadConfigMap read = config_maps_now(stop);
  const auto find_job = [&](const kube::ObjectKey& job) {
    return read_now(parts_.cluster, api::job_kind(), api::parse_build_job, job, stop);
  };
  TRY_ASSIGN(auto seen,
             observe_image(key.object, stores_, progress_, read, find_job, parts_.setup, parts_.clock->now()));
  if (!seen) return seen;
  if (seen->builder && !seen->builder->invalid) TRY(look_up_for(*seen, read));
  seen->mount_problem = read_mount_problem(*seen, parts_.cluster, stop);
  return seen;
}

base::Done ControlLoop::look_up_for(decide::ImageObservation& seen, const ReadConfigMap& read) {
  const auto route = route_of(*seen.builder, read);
  // The builder says what is missing; until then nobody is asked without the roots that it wants.
  if (!route && route.error().code == "ConfigMapNotFound") return {};
  if (!route) return base::fail(route.error());
  seen.branches = look_up_branches(seen, *route, branches_);
  if (parts_.resolve_published) seen.published = look_up_published(seen, *route, published_);
  return {};
}

base::Result<std::optional<decide::BuilderObservation>> ControlLoop::look_at_builder(const WorkKey& key,
                                                                                     const std::stop_token& stop) {
  const auto find_claim = [&](const kube::ObjectKey& claim) {
    return read_now(parts_.cluster, api::volume_claim_kind(), api::parse_volume_claim, claim, stop);
  };
  const auto find_image = [&](const kube::ObjectKey& image) {
    return read_now(parts_.cluster, api::stavesimage_kind(), api::parse_stavesimage, image, stop);
  };
  return observe_builder(key.object, stores_, tags_, find_claim, find_image, config_maps_now(stop),
                         parts_.clock->now());
}

base::Result<std::optional<decide::Decision>> ControlLoop::decide(const WorkKey& key, const std::stop_token& stop) {
  if (key.subject == Subject::Image) {
    TRY_ASSIGN(auto image, look_at_image(key, stop));
    if (!image) return std::nullopt;
    decide::Decision decision = decide::decide_image(*image);
    if (!decision.needs_current_pods) return decision;
    TRY(observe_pods(*image, parts_.cluster, stop));
    return decide::decide_image(*image);
  }
  TRY_ASSIGN(const auto seen, look_at_builder(key, stop));
  if (!seen) return std::nullopt;
  decide::Decision decision = decide::decide_builder(*seen);
  if (waits_for_foreign_claim(*seen, stores_)) {
    decision.look_again_in = std::min(decision.look_again_in.value_or(until_claim), until_claim);
  }
  return decision;
}

decide::Decision ControlLoop::decide_refused(const WorkKey& key, const base::Error& error,
                                             const std::stop_token& stop) {
  if (key.subject == Subject::Image) {
    const auto seen = look_at_image(key, stop);
    return seen && *seen ? decide::decide_refused(**seen, error) : decide::Decision{};
  }
  const auto seen = look_at_builder(key, stop);
  return seen && *seen ? decide::decide_refused(**seen, error) : decide::Decision{};
}

RoundResult ControlLoop::after_timeout(const std::string& text) {
  base::log_warning("a round took too long", {{"key", text}, {"seconds", std::to_string(parts_.round_limit.count())}});
  queue_.add_after_failure(text);
  return RoundResult::Timeout;
}

RoundResult ControlLoop::after_error(const WorkKey& key, const base::Error& error) {
  const std::string text = to_text(key);
  if (error.code == "Conflict") {
    // Somebody wrote first, or the store is behind: what comes by the watch is decided about anew.
    queue_.add_after_failure(text);
    return RoundResult::Requeue;
  }
  base::log_warning("a round failed", {{"key", text}, {"code", error.code}, {"error", error.message}});
  switch (error.retry.what) {
    case base::RetryClass::Soon:
      queue_.add_after_failure(text);
      break;
    case base::RetryClass::After:
      queue_.add_after(text, error.retry.delay);
      break;
    case base::RetryClass::WhenSpecChanges:
    case base::RetryClass::Never:
      queue_.add_after(text, until_allowed);
      break;
  }
  return RoundResult::Error;
}

RoundResult ControlLoop::after_refusal(const WorkKey& key, const decide::Decision& refused, const base::Error& error,
                                       const std::stop_token& stop) {
  const std::string text = to_text(key);
  base::log_warning("a write was refused", {{"key", text}, {"code", error.code}, {"error", error.message}});
  tell_user(key, error);
  const bool about_creation = has<decide::CreateOnce>(refused);
  if (about_creation && has<decide::PatchStatus>(refused)) {
    // What was written just now has to come into view first; the next round meets the same refusal.
    queue_.add_after(text, until_seen);
    return RoundResult::Refusal;
  }
  queue_.add_after(text, until_allowed);
  if (!about_creation) return RoundResult::Refusal;
  const decide::Decision told = decide_refused(key, error, stop);
  if (const auto done = performer_.perform(key, told.actions, stop); !done) {
    base::log_warning("a refusal was not told",
                      {{"key", text}, {"code", done.error().code}, {"error", done.error().message}});
  }
  return RoundResult::Refusal;
}

void ControlLoop::tell_user(const WorkKey& key, const base::Error& error) {
  const bool about_image = key.subject == Subject::Image;
  const auto image = stores_.images.get(key.object);
  const auto builder = stores_.builders.get(key.object);
  if (about_image ? !image : !builder) return;
  parts_.record_event({.type = resource_type(about_image ? api::stavesimage_kind() : api::stavesbuilder_kind()),
                       .regarding = key.object,
                       .uid = about_image ? image->meta.uid : builder->meta.uid,
                       .warning = true,
                       .reason = "Refused",
                       .action = "Reconcile",
                       .note = error.message + "; it is tried again every minute"});
}

}  // namespace staves::operate
