#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "tests/fuzz/target.h"

using namespace staves;

namespace {

using base::Json;

template <class T>
std::vector<std::shared_ptr<const T>> all_of(const Json& state, const char* name,
                                             base::Result<T> (*parse)(const Json&)) {
  std::vector<std::shared_ptr<const T>> all;
  const auto objects = state.find(name);
  if (objects == state.end() || !objects->is_array()) return all;
  for (const Json& object : *objects) {
    if (auto parsed = parse(object)) all.push_back(std::make_shared<const T>(*std::move(parsed)));
  }
  return all;
}

template <class T>
std::shared_ptr<const T> one_of(const Json& state, const char* name, base::Result<T> (*parse)(const Json&)) {
  const auto object = state.find(name);
  if (object == state.end()) return nullptr;
  auto parsed = parse(*object);
  return parsed ? std::make_shared<const T>(*std::move(parsed)) : nullptr;
}

base::TimePoint now_of(const Json& state) {
  const auto now = state.find("now");
  const bool is_time = now != state.end() && now->is_number_integer();
  return base::TimePoint(std::chrono::seconds(is_time ? now->get<std::int64_t>() % 10'000'000'000 : 0));
}

bool flag_of(const Json& state, const char* name) {
  const auto flag = state.find(name);
  return flag != state.end() && flag->is_boolean() && flag->get<bool>();
}

void check_labels(const Json& metadata) {
  const Json labels = metadata.value("labels", Json::object());
  for (const auto& [name, value] : labels.items()) {
    fuzz::must(value.is_string() && value.get<std::string>().size() <= 63, "a label has at most 63 characters");
  }
}

void check_job(const decide::CreateOnce& action) {
  const auto job = base::parse_json(action.body);
  fuzz::must(job.has_value(), "a Job is JSON");
  const Json& metadata = job->at("metadata");
  const auto name = metadata.at("name").get<std::string>();
  fuzz::must(name == action.object.name && name.size() <= 63, "a Job's name has at most 63 characters");
  check_labels(metadata);
  const Json& pod = job->at("spec").at("template");
  check_labels(pod.at("metadata"));
  for (const char* kind : {"initContainers", "containers"}) {
    for (const Json& container : pod.at("spec").value(kind, Json::array())) {
      fuzz::must(container.at("securityContext").at("allowPrivilegeEscalation") == false, "no privilege is gained");
    }
  }
  fuzz::must(pod.at("spec").at("automountServiceAccountToken") == false, "no pod has a right in the cluster");
}

void check(const decide::Decision& decision) {
  fuzz::must(!decision.summary.empty(), "a decision says what it is");
  for (const decide::Action& action : decision.actions) {
    if (const auto* create = std::get_if<decide::CreateOnce>(&action)) {
      if (create->object.kind == api::job_kind()) check_job(*create);
      fuzz::must(base::parse_json(create->body).has_value(), "an object is JSON");
    }
    if (const auto* patch = std::get_if<decide::PatchStatus>(&action)) {
      const auto body = base::parse_json(patch->patch);
      fuzz::must(body && body->contains("status"), "a patch is of the status");
    }
    if (const auto* event = std::get_if<decide::EmitEvent>(&action)) {
      fuzz::must(event->note.size() <= 1024, "a note has at most 1 KiB");
    }
    if (const auto* gone = std::get_if<decide::Delete>(&action)) {
      fuzz::must(!gone->object.uid.empty(), "only what was seen is deleted");
    }
  }
}

}  // namespace

/// {"now": seconds, "image": {...}, "builder": {...}, "claim": {...}, "jobs": [...], "pods": [...], "imageVolumes":,
/// "userNamespaces":}
FUZZ_TARGET(decision) {
  const auto state = base::parse_json(bytes, {.bytes = 1U << 20U});
  if (!state || !state->is_object()) return;
  decide::ImageObservation seen;
  seen.wanted = one_of(*state, "image", api::parse_stavesimage);
  seen.builder = one_of(*state, "builder", api::parse_stavesbuilder);
  seen.jobs = all_of(*state, "jobs", api::parse_build_job);
  seen.pods = all_of(*state, "pods", api::parse_build_pod);
  seen.now = now_of(*state);
  seen.setup = {.operator_image = "registry.example/staves:1",
                .operator_pull_policy = "IfNotPresent",
                .image_volumes = flag_of(*state, "imageVolumes"),
                .user_namespaces = flag_of(*state, "userNamespaces")};
  if (seen.wanted) {
    const auto decision = decide::decide_image(seen);
    check(decision);
    fuzz::must(decision == decide::decide_image(seen), "the same observation gives the same decision");
  }
  decide::BuilderObservation builder;
  builder.wanted = seen.builder;
  builder.claim = one_of(*state, "claim", api::parse_volume_claim);
  builder.now = seen.now;
  if (builder.wanted) check(decide::decide_builder(builder));
}
