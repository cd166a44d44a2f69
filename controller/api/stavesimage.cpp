#include "api/stavesimage.h"

#include "api/metadata.h"
#include "api/spec_parts.h"
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

StavesImageSpec read_spec(const Fields& fields) {
  constexpr Range kept{.least = 0, .most = 20};
  const Fields history = fields.object("history");
  StavesImageSpec spec{.builder_name = fields.object("builderRef").required_text("name"),
                       .packages = fields.texts("packages"),
                       .portage = read_portage_settings(fields),
                       .toolchain_libraries = read_toolchain_libraries(fields.object("toolchainLibraries")),
                       .image = read_image_target(fields.object("image")),
                       .push_secret_name = fields.object("image").object("pushSecretRef").text("name"),
                       .config = read_image_config(fields.object("config")),
                       .build = read_build(fields.object("build")),
                       .history_succeeded = history.number("succeeded", 3, kept),
                       .history_failed = history.number("failed", 3, kept),
                       .suspend = fields.flag("suspend")};
  if (spec.packages.empty()) fields.must_be("packages", "a list of at least one package");
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
  Problem in_spec;
  image.spec = read_spec(Fields(object, "", in_spec).object("spec"));
  if (in_spec.found()) image.invalid = base::Error{"InvalidSpec", in_spec.text(), base::Retry::when_spec_changes()};
  Problem in_status;
  image.status = read_stavesimage_status(Fields(object, "", in_status).object("status"));
  return image;
}

base::Json to_json(const StavesImageSpec& spec) {
  base::Json json{{"builderRef", {{"name", spec.builder_name}}},
                  {"packages", spec.packages},
                  {"toolchainLibraries", to_json(spec.toolchain_libraries)},
                  {"image", to_json(spec.image)},
                  {"build", build_to_json(spec.build)},
                  {"history", {{"succeeded", spec.history_succeeded}, {"failed", spec.history_failed}}},
                  {"suspend", spec.suspend}};
  put_portage_settings(json, spec.portage);
  if (!spec.push_secret_name.empty()) json["image"]["pushSecretRef"] = {{"name", spec.push_secret_name}};
  put_object(json, "config", to_json(spec.config));
  return json;
}

}  // namespace staves::api
