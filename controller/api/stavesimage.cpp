#include "api/stavesimage.h"

#include <algorithm>
#include <array>

#include "api/cron_schedule.h"
#include "api/metadata.h"
#include "api/read_words.h"
#include "api/spec_parts.h"
#include "api/staves_toml.h"
#include "api/stavesimage_status.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

BuildSettings read_build(const Fields& fields) {
  return {.timeout_seconds = fields.number("timeoutSeconds", 14400, {.least = 60, .most = 604800}),
          .retries = fields.number("retries", 2, {.least = 0, .most = 10}),
          .resources = fields.compact_json("resources"),
          .priority_class_name = fields.text("priorityClassName")};
}

// In the order of the enum.
constexpr std::array<std::string_view, 3> tree_changes = {"WhenPackagesChange", "Always", "Never"};

RebuildPolicy read_rebuild(const Fields& fields) {
  RebuildPolicy policy{.on_builder_change = fields.flag("onBuilderChange", true),
                       .on_tree_change = fields.choice("onTreeChange", OnTreeChange::WhenPackagesChange, tree_changes),
                       .schedule = fields.text("schedule")};
  if (policy.schedule.empty()) return policy;
  if (const auto schedule = parse_cron_schedule(policy.schedule); !schedule) {
    fields.refuse("schedule", schedule.error().message);
  }
  return policy;
}

base::Json rebuild_to_json(const RebuildPolicy& policy) {
  base::Json json{{"onBuilderChange", policy.on_builder_change},
                  {"onTreeChange", tree_changes.at(static_cast<std::size_t>(policy.on_tree_change))}};
  put_text(json, "schedule", policy.schedule);
  return json;
}

/// What a staves.toml says, and therefore nothing beside it may say.
constexpr std::array<const char*, 5> members_of_toml = {"packages", "packageConfig", "makeConf", "environments",
                                                        "locale"};

std::optional<StavesTomlSource> read_toml_source(const Fields& spec) {
  if (!spec.has("stavesToml")) return std::nullopt;
  const Fields source = spec.object("stavesToml");
  StavesTomlSource read{.inline_text = source.text("inline"), .config_map_name = {}};
  if (source.has("configMapRef")) {
    const Fields reference = source.object("configMapRef");
    read.config_map_name = read_word(reference, "name", word::object_name);
    if (reference.has("key")) read.config_map_key = read_word(reference, "key", word::config_map_key);
  } else {
    source.required_text("inline");
  }
  return read;
}

base::Json toml_source_to_json(const StavesTomlSource& source) {
  base::Json json = base::Json::object();
  put_text(json, "inline", source.inline_text);
  if (!source.config_map_name.empty()) {
    json["configMapRef"] = {{"name", source.config_map_name}, {"key", source.config_map_key}};
  }
  return json;
}

/// What only a spec has to keep: a plan is read as it was written, so that the step that meets a wrong address says so.
ImageTarget read_checked_target(const Fields& image) {
  ImageTarget target = read_image_target(image);
  target.repository = read_word(image, "repository", word::repository);
  if (auto tags = read_words(image, "tags", word_list::tags); !tags.empty()) target.tags = std::move(tags);
  return target;
}

/// "-riscv64" and the like come after them.
bool has_room_for_tags(const StavesImageSpec& spec) {
  constexpr std::size_t most = 118;
  return spec.platforms.size() < 2 ||
         std::ranges::all_of(spec.image.tags, [](const std::string& tag) { return tag.size() <= most; });
}

StavesImageSpec read_spec(const Fields& fields) {
  constexpr Range kept{.least = 0, .most = 20};
  const Fields history = fields.object("history");
  StavesImageSpec spec{
      .builder_name = read_word(fields.object("builderRef"), "name", word::object_name),
      .staves_toml = read_toml_source(fields),
      .packages = read_words(fields, "packages", word_list::packages),
      .portage = read_portage_settings(fields),
      .locale = read_locale(fields),
      .repositories = read_repositories(fields),
      .toolchain_libraries = read_toolchain_libraries(fields.object("toolchainLibraries")),
      .platforms = read_platforms(fields),
      .image = read_checked_target(fields.object("image")),
      .push_secret_name = read_optional_word(fields.object("image").object("pushSecretRef"), "name", word::object_name),
      .config = read_image_config(fields.object("config")),
      .test = read_image_test(fields),
      .rebuild = read_rebuild(fields.object("rebuild")),
      .build = read_build(fields.object("build")),
      .queue_name = read_optional_word(fields, "queueName", word::queue_name),
      .history_succeeded = history.number("succeeded", 3, kept),
      .history_failed = history.number("failed", 3, kept),
      .suspend = fields.flag("suspend")};
  if (!has_room_for_tags(spec)) {
    fields.object("image").refuse(
        "tags",
        "must have at most 118 characters each with several platforms, because the tags of their images are longer");
  }
  if (spec.staves_toml) {
    // Without tags of its own the image may get one from its staves.toml.
    spec.image.tags = fields.object("image").texts("tags");
  } else if (spec.packages.empty()) {
    fields.must_be("packages", "a list of at least one package");
  }
  return spec;
}

base::Json build_to_json(const BuildSettings& build) {
  base::Json json{{"timeoutSeconds", build.timeout_seconds}, {"retries", build.retries}};
  put_json_text(json, "resources", build.resources);
  put_text(json, "priorityClassName", build.priority_class_name);
  return json;
}

}  // namespace

base::Result<StavesImage> parse_stavesimage(const base::Json& object) {
  StavesImage image;
  TRY_ASSIGN(image.meta, parse_metadata(object));
  Problem in_metadata;
  const Fields metadata = Fields(object, "", in_metadata).object("metadata");
  const Fields annotations = metadata.object("annotations");
  image.rebuild = annotations.text(rebuild_annotation);
  image.cancel = annotations.text(cancel_annotation);
  Problem in_spec;
  image.spec = read_spec(Fields(object, "", in_spec).object("spec"));
  if (in_spec.found()) image.invalid = base::Error{"InvalidSpec", in_spec.text(), base::Retry::when_spec_changes()};
  Problem in_status;
  image.status = read_stavesimage_status(Fields(object, "", in_status).object("status"));
  return image;
}

StavesImage with_staves_toml(const StavesImage& image, std::string_view text) {
  StavesImage whole = image;
  const auto refuse = [&](std::string message) {
    whole.invalid = base::Error{"InvalidSpec", std::move(message), base::Retry::when_spec_changes()};
    return whole;
  };
  const StavesTomlSource& source = *image.spec.staves_toml;
  const std::string where = source.config_map_name.empty()
                                ? "spec.stavesToml.inline"
                                : "ConfigMap " + source.config_map_name + ", key " + source.config_map_key;
  auto members = parse_staves_toml(text);
  if (!members) return refuse(where + ", " + members.error().message);
  base::Json own = to_json(image.spec);
  own.erase("stavesToml");
  for (const char* member : members_of_toml) {
    if (own.contains(member)) return refuse(std::string("spec.") + member + " must not be set beside spec.stavesToml");
  }
  members->merge_patch(own);
  Problem problem;
  const base::Json object{{"spec", *std::move(members)}};
  whole.spec = read_spec(Fields(object, "", problem).object("spec"));
  return problem.found() ? refuse(where + ": " + problem.text()) : whole;
}

base::Json to_json(const StavesImageSpec& spec) {
  base::Json json{{"builderRef", {{"name", spec.builder_name}}},
                  {"toolchainLibraries", to_json(spec.toolchain_libraries)},
                  {"image", to_json(spec.image)},
                  {"rebuild", rebuild_to_json(spec.rebuild)},
                  {"build", build_to_json(spec.build)},
                  {"history", {{"succeeded", spec.history_succeeded}, {"failed", spec.history_failed}}},
                  {"suspend", spec.suspend}};
  put_texts(json, "packages", spec.packages);
  put_platforms(json, spec.platforms);
  put_text(json, "queueName", spec.queue_name);
  if (spec.staves_toml) json["stavesToml"] = toml_source_to_json(*spec.staves_toml);
  put_portage_settings(json, spec.portage);
  put_locale(json, spec.locale);
  put_image_test(json, spec.test);
  put_repositories(json, spec.repositories);
  if (!spec.push_secret_name.empty()) json["image"]["pushSecretRef"] = {{"name", spec.push_secret_name}};
  put_object(json, "config", to_json(spec.config));
  return json;
}

}  // namespace staves::api
