#include "unit/decide/golden_case.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "support/source_dir.h"

namespace staves::decide::testing {
namespace {

using base::Json;
using OrderedJson = nlohmann::ordered_json;

std::filesystem::path root() {
  return source_dir() / "tests/golden/decide";
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

/// Termination messages written as objects become the text that a kubelet would show.
void flatten_messages(Json& value) {
  if (value.is_object() && value.contains("exitCode") && value.contains("message") && value["message"].is_object()) {
    value["message"] = value["message"].dump();
  }
  if (value.is_structured()) {
    for (Json& member : value) flatten_messages(member);
  }
}

Json starting_point(const Json& told) {
  if (told.contains("like")) return GoldenCase{told["like"]}.model().state();
  if (!told.contains("after")) return Json::object();
  const GoldenCase before{told["after"]};
  Model model = before.model();
  model.perform(before.decide());
  return model.state();
}

std::string name_of_job(const Json& state) {
  return state.value(Json::json_pointer("/image/status/build/jobRef/name"), std::string("there-is-no-job"));
}

Json parsed(const std::string& text) {
  return Json::parse(text);
}

OrderedJson rendered_object(const api::ObjectRef& object) {
  OrderedJson json{{"kind", object.kind.name}, {"namespace", object.name_space}, {"name", object.name}};
  if (!object.uid.empty()) json["uid"] = object.uid;
  return json;
}

struct RenderAction {
  bool whole_jobs;

  OrderedJson operator()(const CreateOnce& action) const {
    Json body = parsed(action.body);
    const bool whole = whole_jobs || action.object.kind != api::job_kind();
    return {{"createOnce", rendered_object(action.object)}, {"body", whole ? body : body["metadata"]}};
  }
  OrderedJson operator()(const Delete& action) const {
    OrderedJson json{{"delete", rendered_object(action.object)}};
    if (action.foreground) json["foreground"] = true;
    return json;
  }
  OrderedJson operator()(const PatchStatus& action) const {
    return {{"patchStatus", rendered_object(action.object)},
            {"resourceVersion", action.resource_version},
            {"patch", parsed(action.patch)}};
  }
  OrderedJson operator()(const PatchSpec& action) const {
    return {{"patchSpec", rendered_object(action.object)},
            {"resourceVersion", action.resource_version},
            {"patch", parsed(action.patch)}};
  }
  OrderedJson operator()(const EmitEvent& action) const {
    return {{"emitEvent", rendered_object(action.regarding)},
            {"type", action.warning ? "Warning" : "Normal"},
            {"reason", action.reason},
            {"action", action.action},
            {"note", action.note}};
  }
};

}  // namespace

std::string read_text(const std::filesystem::path& file) {
  const std::ifstream stream(file);
  EXPECT_TRUE(stream.is_open()) << file;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::filesystem::path GoldenCase::folder() const {
  return root() / name;
}

Model GoldenCase::model() const {
  static std::map<std::string, Json> known;
  if (!known.contains(name)) known[name] = read_model();
  return Model(known.at(name));
}

Json GoldenCase::read_model() const {
  Json told = parsed(read_text(folder() / "observation.json"));
  const bool admitted = told.value("admitted", false);
  Json state = starting_point(told);
  for (const char* word : {"like", "after", "showJob", "why", "admitted"}) told.erase(word);
  Json difference = parsed(replaced(told.dump(), "$job", name_of_job(state)));
  flatten_messages(difference);
  state.merge_patch(difference);
  Model model(std::move(state));
  if (admitted) model.admit();
  return model.state();
}

Decision GoldenCase::decide() const {
  const Model seen = model();
  return seen.state().contains("image") ? decide_image(seen.observe_image()) : decide_builder(seen.observe_builder());
}

std::string GoldenCase::rendered() const {
  const Decision decision = decide();
  OrderedJson json{{"summary", decision.summary}};
  if (decision.look_again_in) json["lookAgainInSeconds"] = decision.look_again_in->count();
  json["actions"] = OrderedJson::array();
  const RenderAction render{parsed(read_text(folder() / "observation.json")).value("showJob", false)};
  for (const Action& action : decision.actions) json["actions"].push_back(std::visit(render, action));
  return json.dump(2) + "\n";
}

std::vector<std::string> golden_cases() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root())) {
    if (entry.is_directory()) names.insert(entry.path().filename());
  }
  return {names.begin(), names.end()};
}

}  // namespace staves::decide::testing
