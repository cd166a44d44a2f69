#include "unit/decide/model.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::decide::testing {
namespace {

using base::Json;

template <class T>
std::shared_ptr<const T> shared(base::Result<T> parsed) {
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
  return std::make_shared<const T>(*std::move(parsed));
}

template <class T>
std::vector<std::shared_ptr<const T>> all_of(const Json& state, const char* name,
                                             base::Result<T> (*parse)(const Json&)) {
  std::vector<std::shared_ptr<const T>> objects;
  for (const Json& object : state.value(name, Json::object())) objects.push_back(shared(parse(object)));
  return objects;
}

std::shared_ptr<const api::StavesBuilder> builder_in(const Json& state) {
  return state.contains("builder") ? shared(api::parse_stavesbuilder(state["builder"])) : nullptr;
}

TagLookup lookup_in(const Json& state, const char* name) {
  const Json lookup = state.value("lookups", Json::object()).value(name, Json::object());
  TagLookup tag{.reference = lookup.value("reference", ""), .digest = {}, .error = {}};
  if (lookup.contains("digest")) tag.digest = lookup["digest"].get<std::string>();
  if (lookup.contains("error")) {
    tag.error = base::Error{lookup["error"]["code"], lookup["error"]["message"], base::Retry::soon()};
  }
  return tag;
}

base::TimePoint now_in(const Json& state) {
  return base::parse_rfc3339(state["now"].get<std::string>()).value();
}

}  // namespace

Model::Model(Json state) : state_(std::move(state)) {}

ImageObservation Model::observe_image() const {
  ImageObservation seen;
  seen.wanted = shared(api::parse_stavesimage(state_.at("image")));
  seen.builder = builder_in(state_);
  seen.jobs = all_of(state_, "jobs", api::parse_build_job);
  seen.pods = all_of(state_, "pods", api::parse_build_pod);
  if (state_.contains("progress")) seen.progress = api::parse_progress(state_["progress"].dump()).value();
  seen.now = now_in(state_);
  const Json setup = state_.value("setup", Json::object());
  seen.setup.operator_image = setup.value("operatorImage", "");
  seen.setup.image_volumes = setup.value("imageVolumes", false);
  seen.setup.user_namespaces = setup.value("userNamespaces", false);
  return seen;
}

BuilderObservation Model::observe_builder() const {
  BuilderObservation seen;
  seen.wanted = builder_in(state_);
  if (state_.contains("claim")) seen.claim = shared(api::parse_volume_claim(state_["claim"]));
  seen.stage3 = lookup_in(state_, "stage3");
  seen.tree = lookup_in(state_, "tree");
  seen.now = now_in(state_);
  return seen;
}

void Model::perform(const Decision& decision) {
  perform_some(decision, decision.actions.size());
}

void Model::perform_some(const Decision& decision, std::size_t count) {
  for (std::size_t i = 0; i < count && i < decision.actions.size(); ++i) {
    std::visit([this](const auto& action) { perform_action(action); }, decision.actions[i]);
  }
}

void Model::perform_action(const CreateOnce& action) {
  Json object = Json::parse(action.body);
  const bool is_job = action.object.kind == api::job_kind();
  if (is_job ? state_["jobs"].contains(action.object.name) : state_.contains("claim")) return;
  object["metadata"]["uid"] = "uid-of-" + action.object.name;
  object["metadata"]["resourceVersion"] = "1";
  object["metadata"]["creationTimestamp"] = state_["now"];
  ++creations_;
  if (is_job) {
    state_["jobs"][action.object.name] = std::move(object);
  } else {
    state_["claim"] = std::move(object);
  }
}

void Model::perform_action(const Delete& action) {
  Json& jobs = state_["jobs"];
  ASSERT_TRUE(jobs.contains(action.object.name));
  ASSERT_EQ(jobs[action.object.name]["metadata"]["uid"], action.object.uid);
  jobs.erase(action.object.name);
}

void Model::perform_action(const PatchStatus& action) {
  Json& object = state_[action.object.kind == api::stavesimage_kind() ? "image" : "builder"];
  std::string version = object["metadata"]["resourceVersion"];
  ASSERT_EQ(version, action.resource_version) << "the patch was made from another version";
  const Json patch = Json::parse(action.patch);
  ASSERT_EQ(patch.size(), 1U);
  object["status"].merge_patch(patch.at("status"));
  object["metadata"]["resourceVersion"] = std::to_string(std::stoi(version) + 1);
  ++patches_;
}

void Model::perform_action(const EmitEvent& action) {
  events_.push_back(action);
}

}  // namespace staves::decide::testing
