#include "command/explain.h"

#include <set>

#include "command/cluster_view.h"
#include "command/commands.h"
#include "command/find_object.h"
#include "command/words.h"
#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "operate/config_map_reader.h"
#include "operate/observe_builder.h"
#include "operate/observe_image.h"

namespace staves::command {

namespace {

using base::Json;

/// Whom a builder's new status admits and its old one does not.
std::vector<std::string> newly_admitted(const Json& status, const Admitted& before) {
  std::vector<std::string> words;
  for (const Json& one : status.value(Json::json_pointer("/builds/admitted"), Json::array())) {
    const api::AdmittedBuild build{
        .image = one.value("image", ""), .uid = one.value("uid", ""), .number = one.value("number", std::int64_t{0})};
    if (std::ranges::find(before, build) != before.end()) continue;
    words.push_back("admit build " + std::to_string(build.number) + " of " + build.image);
  }
  return words;
}

/// What a patch of the status would say that a reader cares about.
std::string status_words(const decide::PatchStatus& action, const Admitted& before) {
  const auto patch = base::parse_json(action.patch);
  if (!patch) return "write the status";
  const Json status = patch->value("status", Json::object());
  std::string words;
  const auto add = [&](const std::string& what) { words += (words.empty() ? ": " : ", ") + what; };
  if (const Json build = status.value("build", Json::object()); build.is_object() && build.contains("number")) {
    add("queue build " + build["number"].dump());
  }
  for (const std::string& one : newly_admitted(status, before)) add(one);
  for (const Json& one : status.value("conditions", Json::array())) {
    if (one.value("type", "") == "Ready") add("Ready is " + one.value("status", "") + ", " + one.value("reason", ""));
  }
  if (words.empty()) {
    for (const auto& [name, value] : status.items()) add(name);
  }
  return "write the status of " + action.object.kind.name + " " + action.object.name + words;
}

std::string words_of(const decide::Action& action, const Admitted& before) {
  if (const auto* create = std::get_if<decide::CreateOnce>(&action)) {
    return "create " + create->object.kind.name + " " + create->object.name;
  }
  if (const auto* remove = std::get_if<decide::Delete>(&action)) {
    return "delete " + remove->object.kind.name + " " + remove->object.name;
  }
  if (const auto* patch = std::get_if<decide::PatchStatus>(&action)) return status_words(*patch, before);
  if (const auto* patch = std::get_if<decide::PatchSpec>(&action)) {
    return "change the spec of " + patch->object.kind.name + " " + patch->object.name;
  }
  const auto& event = std::get<decide::EmitEvent>(action);
  return "report the event " + event.reason + ": " + printable(event.note);
}

/// Answers from the builder's status: whoever asks has no right in the registry, and needs none.
operate::ResolveTag answers_of(const api::StavesBuilderStatus& status) {
  return [status](const operate::TagQuestion& question, const std::stop_token&) -> base::Result<std::string> {
    for (const auto& known : {status.stage3, status.tree}) {
      if (known && known->reference == question.reference) return known->digest;
    }
    return base::fail("RegistryUnreachable", "the operator has not looked it up yet", base::Retry::soon());
  };
}

/// What the builder says of a registry that has not answered, or not well: nobody here could ask it. Null: it does not.
const api::Condition* trouble_with_registry(const api::StavesBuilder& builder) {
  static const std::set<std::string_view> reasons = {"LookingUp", "ImageNotFound", "RegistryAuthFailed",
                                                     "RegistryUnreachable"};
  const api::Condition* ready = api::find_condition(builder.status.conditions, "Ready");
  const bool is_about_now = ready != nullptr && ready->observed_generation == builder.meta.generation;
  return is_about_now && reasons.contains(std::string_view(ready->reason)) ? ready : nullptr;
}

base::Result<std::optional<decide::Decision>> decide_builder(const Setting& setting, const operate::Stores& stores,
                                                             const kube::ObjectKey& key,
                                                             const operate::ReadConfigMap& read_config_map) {
  const auto builder = stores.builders.get(key);
  if (!builder) return std::nullopt;
  operate::TagResolver tags(answers_of(builder->status), setting.clock, [](const operate::WorkKey&) {});
  const operate::FindClaim find_claim = [&](const kube::ObjectKey& claim) { return stores.claims.get(claim); };
  const operate::FindImage find_image = [&](const kube::ObjectKey& image) { return stores.images.get(image); };
  const auto look = [&] {
    return operate::observe_builder(key, stores, tags, find_claim, find_image, read_config_map, setting.clock->now());
  };
  // The first look asks, the second one has the answers.
  TRY(look());
  while (tags.work_once(setting.stop)) {
  }
  TRY_ASSIGN(const auto seen, look());
  return seen ? std::optional(decide::decide_builder(*seen)) : std::nullopt;
}

}  // namespace

std::string explanation(const decide::Decision& decision, const std::string& about, const Admitted& before) {
  std::string text = about + ": " + printable(decision.summary) + "\n";
  if (decision.actions.empty()) {
    text += "  The operator would do nothing.\n";
  } else {
    text += "  The operator would now\n";
    int number = 0;
    for (const decide::Action& action : decision.actions) {
      text += "  " + std::to_string(++number) + ". " + words_of(action, before) + "\n";
    }
  }
  if (decision.look_again_in) text += "  It would look again in " + duration_text(*decision.look_again_in) + ".\n";
  return text;
}

base::Result<int> run_explain(const Setting& setting, const Options& options) {
  TRY(find_object(setting, operate::resource_type(api::stavesimage_kind()), options.name));
  TRY_ASSIGN(const auto view, read_view(setting, options.name));
  const kube::ObjectKey key{setting.name_space, options.name};
  operate::ProgressReader progress(setting.cluster, setting.clock, [](const operate::WorkKey&) {});
  operate::ConfigMapReader config_maps(setting.cluster, view->stores.config_maps);
  const auto read_config_map = [&](const kube::ObjectKey& config_map, const std::string& entry) {
    return config_maps.read(config_map, entry, setting.stop);
  };
  // The Jobs were read after the image, and just now.
  const operate::FindJob find_job = [](const kube::ObjectKey&) { return nullptr; };
  const auto look = [&] {
    return operate::observe_image(key, view->stores, progress, read_config_map, find_job, view->setup,
                                  setting.clock->now());
  };
  TRY(look());
  while (progress.work_once(setting.stop)) {
  }
  TRY_ASSIGN(auto seen, look());
  if (!seen) return base::fail("NotFound", "it was deleted just now", base::Retry::never());
  seen->pod_view = decide::PodView::Current;  // they were read after the Jobs
  setting.screen.out(explanation(decide::decide_image(*seen), "StavesImage " + options.name));
  const std::string builder = seen->wanted->spec.builder_name;
  const auto known = view->stores.builders.get({setting.name_space, builder});
  if (const api::Condition* trouble = known ? trouble_with_registry(*known) : nullptr) {
    setting.screen.out("Its StavesBuilder " + builder + ": " + printable(trouble->message) +
                       "\n  The operator asks the registry again by itself.\n");
    return exit_code::done;
  }
  TRY_ASSIGN(const auto decision,
             decide_builder(setting, view->stores, {setting.name_space, builder}, read_config_map));
  if (decision) {
    setting.screen.out(explanation(*decision, "Its StavesBuilder " + builder, known->status.builds.admitted));
  }
  return exit_code::done;
}

}  // namespace staves::command
