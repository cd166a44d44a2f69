#include "command/apply.h"

#include <algorithm>

#include "api/object.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/file_objects.h"
#include "command/find_object.h"
#include "command/predecessor_options.h"
#include "command/yaml_text.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"

namespace staves::command {

namespace {

using base::Json;

/// The builder of a staves.toml when the command line names none.
base::Result<std::string> only_builder(const Setting& setting) {
  TRY_ASSIGN(const auto names, names_of(setting, operate::resource_type(api::stavesbuilder_kind())));
  if (names.size() == 1) return names.front();
  if (names.empty()) {
    return bad_input("namespace " + setting.name_space +
                     " has no StavesBuilder: apply one first, or choose another namespace with -n");
  }
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return bad_input("there are several builders (" + all + "): choose one with --builder");
}

kube::ResourceType type_of(const Json& object) {
  const bool is_builder = object.value("kind", std::string()) == api::stavesbuilder_kind().name;
  return operate::resource_type(is_builder ? api::stavesbuilder_kind() : api::stavesimage_kind());
}

/// "Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using staves.dev/v1alpha1: .spec.packages".
base::Error explained_conflict(base::Error error) {
  std::string words = error.message;
  if (const auto colon = words.find(": "); words.starts_with("Apply failed with") && colon != std::string::npos) {
    words = words.substr(colon + 2);
  }
  error.message = "someone else has set what this would change (" + words +
                  "): change it there, or take it over with --force-conflicts";
  return error;
}

/// "failed to create typed patch object (ns/x; staves.dev/v1alpha1, Kind=StavesImage): .spec.foo: field not declared in
/// schema", which the server takes for a fault of its own.
base::Error explained_field(base::Error error) {
  const auto end = error.message.find("): ");
  if (!error.message.starts_with("failed to create typed patch object") || end == std::string::npos) return error;
  return {"BadInput", error.message.substr(end + 3) + " (see kubectl explain)", base::Retry::when_spec_changes()};
}

}  // namespace

base::Result<std::vector<Json>> wanted_objects(const Setting& setting, const Options& options) {
  TRY(check_predecessor_options(options));
  TRY_ASSIGN(const auto files, read_files(options.files));
  std::string builder = options.builder;
  if (builder.empty() && std::ranges::any_of(files, is_staves_toml)) {
    TRY_ASSIGN(builder, only_builder(setting));
  }
  return objects_of_files(files, options, setting.name_space, builder);
}

base::Result<Json> apply_object(const Setting& setting, const Json& object, bool force) {
  const kube::ResourceType type = type_of(object);
  const Json& metadata = object.at("metadata");
  const kube::ObjectKey key{metadata.value("namespace", setting.name_space), metadata.value("name", std::string())};
  const auto before = setting.cluster.get(type, key, setting.stop);
  if (!before && before.error().code != "NotFound") return before;
  auto applied = setting.cluster.patch(
      type, key,
      {.type = kube::PatchType::Apply, .body = base::to_canonical_json(object), .subresource = {}, .force = force},
      setting.stop);
  const std::string what = type.kind + " " + key.name;
  if (!applied) {
    base::Error error = explained_field(std::move(applied).error());
    if (error.code == "Conflict") error = explained_conflict(std::move(error));
    return base::fail(std::move(error).within(what));
  }
  const auto version = [](const Json& of) { return of.at("metadata").value("resourceVersion", std::string()); };
  const char* became = !before ? "created" : version(*before) == version(*applied) ? "unchanged" : "configured";
  setting.screen.out(what + " " + became + "\n");
  return applied;
}

base::Result<int> run_apply(const Setting& setting, const Options& options) {
  TRY_ASSIGN(const auto objects, wanted_objects(setting, options));
  if (options.dry_run) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
      setting.screen.out((i > 0 ? "---\n" : "") + yaml_text(objects[i]));
    }
    return exit_code::done;
  }
  for (const Json& object : objects) TRY(apply_object(setting, object, options.force_conflicts));
  return exit_code::done;
}

}  // namespace staves::command
