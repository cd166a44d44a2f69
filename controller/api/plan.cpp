#include "api/plan.h"

#include "api/document.h"
#include "api/spec_parts.h"
#include "base/digest.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr base::JsonLimits limits{.bytes = 256U << 10U, .depth = 16};

/// "host/name@sha256:...": a plan never leaves a choice open.
std::string pinned_reference(const Fields& fields, std::string_view name) {
  std::string reference = fields.required_text(name);
  const auto at = reference.find('@');
  const bool pinned =
      at != std::string::npos && at > 0 && base::is_sha256_digest(std::string_view(reference).substr(at + 1));
  if (!pinned) fields.must_be(name, "a reference by digest");
  return reference;
}

PlanTree read_tree(const Fields& fields) {
  PlanTree tree{.image = pinned_reference(fields, "image"),
                .location = fields.required_text("location"),
                .fetch = fields.flag("fetch")};
  if (!tree.location.starts_with('/')) fields.must_be("location", "an absolute path");
  return tree;
}

PlanUnless read_unless(const Fields& fields) {
  if (!fields.has("packages") && !fields.has("image")) return {};
  return {.packages = fields.required_digest("packages"), .image = fields.required_digest("image")};
}

Plan read_plan(const Fields& fields) {
  constexpr std::size_t most_packages = 256;
  Plan plan{.image_namespace = fields.required_text("namespace"),
            .image_name = fields.required_text("name"),
            .number = fields.required_number("number", {.least = 1}),
            .attempt = fields.number("attempt", 1, {.least = 1}),
            .inputs_digest = fields.text("inputsDigest"),
            .stage3 = pinned_reference(fields, "stage3"),
            .tree = read_tree(fields.object("tree")),
            .packages = fields.texts("packages"),
            .builder_portage = read_portage_settings(fields.object("builderPortage")),
            .image_portage = read_portage_settings(fields.object("imagePortage")),
            .profile = fields.text("profile"),
            .mirrors = fields.texts("mirrors"),
            .locale = read_locale(fields),
            .toolchain_libraries = read_toolchain_libraries(fields.object("toolchainLibraries")),
            .target = read_image_target(fields.object("image")),
            .platform = read_platform(fields),
            .config = read_image_config(fields.object("config")),
            .test = read_image_test(fields),
            .insecure_registries = fields.texts("insecureRegistries"),
            .repositories = read_plan_repositories(fields),
            .build_key = fields.text("buildKey"),
            .cache_max_bytes = fields.number("cacheMaxBytes"),
            .unless = read_unless(fields.object("unless")),
            .push_secret = fields.text("pushSecret")};
  // It becomes the name of a file.
  if (plan.build_key.find('/') != std::string::npos || plan.build_key.starts_with('.'))
    fields.must_be("buildKey", "the name of a Job");
  if (plan.packages.empty() || plan.packages.size() > most_packages)
    fields.must_be("packages", "a list of 1 to 256 atoms");
  return plan;
}

base::Json portage_to_json(const PortageSettings& settings) {
  base::Json json = base::Json::object();
  put_portage_settings(json, settings);
  return json;
}

}  // namespace

base::Result<Plan> parse_plan(std::string_view json) {
  return parse_document(json, limits, "InvalidPlan", read_plan);
}

std::string to_json(const Plan& plan) {
  base::Json json{{"namespace", plan.image_namespace},
                  {"name", plan.image_name},
                  {"number", plan.number},
                  {"attempt", plan.attempt},
                  {"inputsDigest", plan.inputs_digest},
                  {"stage3", plan.stage3},
                  {"tree", {{"image", plan.tree.image}, {"location", plan.tree.location}, {"fetch", plan.tree.fetch}}},
                  {"packages", plan.packages},
                  {"toolchainLibraries", to_json(plan.toolchain_libraries)},
                  {"image", to_json(plan.target)}};
  put_object(json, "builderPortage", portage_to_json(plan.builder_portage));
  put_object(json, "imagePortage", portage_to_json(plan.image_portage));
  put_locale(json, plan.locale);
  put_image_test(json, plan.test);
  put_text(json, "profile", plan.profile);
  put_texts(json, "mirrors", plan.mirrors);
  if (!plan.platform.architecture.empty()) json["platform"] = to_string(plan.platform);
  put_object(json, "config", to_json(plan.config));
  put_texts(json, "insecureRegistries", plan.insecure_registries);
  put_plan_repositories(json, plan.repositories);
  put_text(json, "buildKey", plan.build_key);
  if (plan.cache_max_bytes > 0) json["cacheMaxBytes"] = plan.cache_max_bytes;
  if (!plan.unless.packages.empty()) {
    json["unless"] = {{"packages", plan.unless.packages}, {"image", plan.unless.image}};
  }
  put_text(json, "pushSecret", plan.push_secret);
  return base::to_canonical_json(json);
}

}  // namespace staves::api
