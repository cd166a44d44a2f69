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

TagLookup parsed_lookup(const Json& lookup) {
  TagLookup tag{.reference = lookup.value("reference", ""), .digest = {}, .error = {}};
  if (lookup.contains("digest")) tag.digest = lookup["digest"].get<std::string>();
  if (lookup.contains("error")) {
    tag.error = base::Error{lookup["error"]["code"], lookup["error"]["message"], base::Retry::soon()};
  }
  return tag;
}

TagLookup lookup_in(const Json& state, const char* name) {
  return parsed_lookup(state.value("lookups", Json::object()).value(name, Json::object()));
}

/// As observe does it: what the staves.toml says is in the spec of the image that is decided about.
std::shared_ptr<const api::StavesImage> with_its_toml(std::shared_ptr<const api::StavesImage> image,
                                                      const Json& state) {
  const auto source = image->spec.staves_toml;
  if (image->invalid || !source) return image;
  if (!source->inline_text.empty())
    return std::make_shared<const api::StavesImage>(api::with_staves_toml(*image, source->inline_text));
  if (state.contains("configMap")) {
    return std::make_shared<const api::StavesImage>(
        api::with_staves_toml(*image, state["configMap"].get<std::string>()));
  }
  api::StavesImage unread = *image;
  unread.invalid = base::Error{"ConfigMapNotFound", "there is no ConfigMap " + source->config_map_name,
                               base::Retry::when_spec_changes()};
  return std::make_shared<const api::StavesImage>(std::move(unread));
}

std::shared_ptr<const api::StavesImage> other_in_queue(const Json& told, const Json& image) {
  const std::string name = told["name"];
  Json other = image;
  other["metadata"]["name"] = name;
  other["metadata"]["uid"] = "uid-of-" + name;
  other["status"]["build"] = {{"number", 1},
                              {"step", "Queued"},
                              {"inputs", {{"builder", image["spec"]["builderRef"]}}},
                              {"queuedTime", told["queuedTime"]},
                              {"reasons", Json::array({{{"reason", told["reason"]}}})}};
  return shared(api::parse_stavesimage(other));
}

base::TimePoint now_in(const Json& state) {
  return base::parse_rfc3339(state["now"].get<std::string>()).value();
}

}  // namespace

Model::Model(Json state) : state_(std::move(state)) {}

ImageObservation Model::observe_image() const {
  ImageObservation seen;
  seen.wanted = with_its_toml(shared(api::parse_stavesimage(state_.at("image"))), state_);
  seen.builder = builder_in(state_);
  seen.jobs = all_of(state_, "jobs", api::parse_build_job);
  seen.pods = all_of(state_, "pods", api::parse_build_pod);
  seen.pod_view = state_.value("podView", "Current") == "Watched" ? PodView::Watched : PodView::Current;
  for (const Json& one : state_.value("lookups", Json::object()).value("branches", Json::array())) {
    seen.branches.push_back(parsed_lookup(one));
  }
  seen.published = lookup_in(state_, "published");
  seen.mount_problem = state_.value("mountProblem", "");
  if (state_.contains("progress")) seen.progress = api::parse_progress(state_["progress"].dump()).value();
  for (const Json& told : state_.value("queue", Json::array())) {
    seen.queue.push_back(other_in_queue(told, state_["image"]));
  }
  seen.platform_images = all_of(state_, "platformImages", api::parse_stavesimage);
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
  if (state_.contains("caProblem")) {
    seen.ca_problem = base::Error{"ConfigMapNotFound", state_["caProblem"], base::Retry::when_spec_changes()};
  }
  for (const Json& one : state_.value("chain", Json::array())) {
    seen.chain.push_back(shared(api::parse_stavesbuilder(one)));
  }
  if (state_.contains("ownImage")) seen.own_image = shared(api::parse_stavesimage(state_["ownImage"]));
  seen.images = all_of(state_, "images", api::parse_stavesimage);
  seen.users = seen.images;
  seen.now = now_in(state_);
  return seen;
}

void Model::admit() {
  const Json& image = state_["image"];
  const Json build = image.value(Json::json_pointer("/status/build"), Json::object());
  if (!state_.contains("builder") || !build.contains("queuedTime")) return;
  state_["builder"]["status"]["builds"] = {
      {"running", 1},
      {"queued", 0},
      {"admitted",
       Json::array(
           {{{"image", image["metadata"]["name"]}, {"uid", image["metadata"]["uid"]}, {"number", build["number"]}}})},
      {"countedTime", state_["now"]}};
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
  const Json::json_pointer place = place_of(action.object);
  if (state_.contains(place)) return;
  object["metadata"]["uid"] = "uid-of-" + action.object.name;
  object["metadata"]["resourceVersion"] = "1";
  object["metadata"]["generation"] = 1;
  object["metadata"]["creationTimestamp"] = state_["now"];
  ++creations_;
  state_[place] = std::move(object);
}

Json::json_pointer Model::place_of(const api::ObjectRef& object) const {
  const auto named = [&](const char* list) { return Json::json_pointer(list) / object.name; };
  if (object.kind == api::job_kind()) return named("/jobs");
  if (object.kind != api::stavesimage_kind()) return Json::json_pointer("/claim");
  return state_.contains("image") ? named("/platformImages") : Json::json_pointer("/ownImage");
}

void Model::perform_action(const Delete& action) {
  const Json::json_pointer place = place_of(action.object);
  ASSERT_TRUE(state_.contains(place));
  ASSERT_EQ(state_[place]["metadata"]["uid"], action.object.uid);
  state_[place.parent_pointer()].erase(place.back());
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

void Model::perform_action(const PatchSpec& action) {
  Json& image = state_[place_of(action.object)];
  ASSERT_EQ(image["metadata"]["resourceVersion"], action.resource_version) << "the patch was made from another version";
  const Json before = image["spec"];
  image.merge_patch(Json::parse(action.patch));
  if (image["spec"] != before) image["metadata"]["generation"] = image["metadata"]["generation"].get<int>() + 1;
  ++patches_;
}

void Model::perform_action(const EmitEvent& action) {
  events_.push_back(action);
}

}  // namespace staves::decide::testing
