#include "operate/perform.h"

#include "nlohmann/json.hpp"
#include "operate/ours.h"
#include "operate/stores.h"

namespace staves::operate {

namespace {

kube::ObjectKey key_of(const api::ObjectRef& object) {
  return {object.name_space, object.name};
}

std::string version_of(const base::Json& object) {
  return object.value(nlohmann::json::json_pointer("/metadata/resourceVersion"), std::string());
}

/// The patch under an optimistic lock: another version in the cluster refuses it with Conflict.
base::Result<std::string> locked(const std::string& patch, const std::string& resource_version) {
  TRY_ASSIGN(auto body, base::parse_json(patch));
  body["metadata"]["resourceVersion"] = resource_version;
  return base::to_canonical_json(body);
}

}  // namespace

Performer::Performer(kube::Cluster& cluster, kube::OwnWrites& own_writes, RecordEvent record_event, MayWrite may_write)
    : cluster_(cluster),
      own_writes_(own_writes),
      record_event_(std::move(record_event)),
      may_write_(std::move(may_write)) {}

base::Done Performer::perform(const WorkKey& about, const std::vector<decide::Action>& actions,
                              const std::stop_token& stop) {
  for (const decide::Action& action : actions) {
    TRY(may_go_on(stop));
    TRY(std::visit([&](const auto& one) { return perform(about, one, stop); }, action));
  }
  return {};
}

base::Done Performer::may_go_on(const std::stop_token& stop) const {
  if (stop.stop_requested()) return base::fail("Cancelled", "the round is to end", base::Retry::never());
  if (!may_write_ || may_write_()) return {};
  return base::fail("NotLeading", "another controller may be at work", base::Retry::soon());
}

base::Done Performer::perform(const WorkKey& about, const decide::CreateOnce& action, const std::stop_token& stop) {
  const auto type = resource_type(action.object.kind);
  auto made = cluster_.create(type, action.object.name_space, action.body, stop);
  if (!made && made.error().code == "AlreadyExists") {
    // A repeated round, or one whose answer was lost: fine as long as it is the same object.
    made = cluster_.get(type, key_of(action.object), stop);
    if (made) TRY(is_what_we_made(action, *made));
  }
  const std::string what = "creating " + action.object.kind.name + " " + action.object.name;
  if (!made) return base::fail(std::move(made).error().within(what));
  remember(about, action.object, *made);
  return {};
}

base::Done Performer::perform(const WorkKey&, const decide::Delete& action, const std::stop_token& stop) {
  const auto propagation = action.foreground ? kube::Propagation::Foreground : kube::Propagation::Background;
  auto gone = cluster_.remove(resource_type(action.object.kind), key_of(action.object),
                              {.uid = action.object.uid, .resource_version = {}, .propagation = propagation}, stop);
  if (gone || gone.error().code == "NotFound") return {};
  if (gone.error().code == "Conflict" && !is_there(action.object, stop)) return {};
  return base::fail(std::move(gone).error().within("deleting " + action.object.kind.name + " " + action.object.name));
}

/// Whether that very object is there, and not another one of its name. Yes when there is no telling.
bool Performer::is_there(const api::ObjectRef& object, const std::stop_token& stop) {
  const auto now = cluster_.get(resource_type(object.kind), key_of(object), stop);
  if (!now) return now.error().code != "NotFound";
  return now->value(nlohmann::json::json_pointer("/metadata/uid"), std::string()) == object.uid;
}

base::Done Performer::perform(const WorkKey& about, const decide::PatchStatus& action, const std::stop_token& stop) {
  TRY_ASSIGN(auto body, locked(action.patch, action.resource_version));
  return patch(about, action.object, {kube::PatchType::Merge, std::move(body), "status", false},
               "writing the status of ", stop);
}

base::Done Performer::perform(const WorkKey& about, const decide::PatchSpec& action, const std::stop_token& stop) {
  TRY_ASSIGN(auto body, locked(action.patch, action.resource_version));
  return patch(about, action.object, {kube::PatchType::Merge, std::move(body), "", false}, "changing ", stop);
}

base::Done Performer::patch(const WorkKey& about, const api::ObjectRef& object, const kube::Patch& patch,
                            const std::string& what, const std::stop_token& stop) {
  auto written = cluster_.patch(resource_type(object.kind), key_of(object), patch, stop);
  if (!written) return base::fail(std::move(written).error().within(what + object.kind.name + " " + object.name));
  remember(about, object, *written);
  return {};
}

base::Done Performer::perform(const WorkKey&, const decide::EmitEvent& action, const std::stop_token&) {
  record_event_({.type = resource_type(action.regarding.kind),
                 .regarding = key_of(action.regarding),
                 .uid = action.regarding.uid,
                 .warning = action.warning,
                 .reason = action.reason,
                 .action = action.action,
                 .note = action.note});
  return {};
}

void Performer::remember(const WorkKey& about, const api::ObjectRef& object, const base::Json& answer) {
  if (const std::string version = version_of(answer); !version.empty()) {
    own_writes_.wrote(to_text(about), object.kind.name, version);
  }
}

}  // namespace staves::operate
