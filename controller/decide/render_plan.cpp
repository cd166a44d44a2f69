#include "decide/render_plan.h"

#include <algorithm>
#include <string>

#include "decide/cache_bound.h"
#include "decide/image_reference.h"
#include "decide/names.h"
#include "decide/platform_flags.h"

namespace staves::decide {
namespace {

api::PlanTree tree_of(const Inputs& inputs, const Setup& setup) {
  if (setup.image_volumes) return {.image = inputs.tree, .location = "/var/db/repos/gentoo", .fetch = false};
  constexpr std::string_view prefix = "sha256:";
  std::string_view hex = pinned_digest(inputs.tree);
  if (hex.starts_with(prefix)) hex.remove_prefix(prefix.size());
  return {.image = inputs.tree, .location = "/staves/trees/" + std::string(hex), .fetch = true};
}

/// Programs ask for the image's locale by themselves, unless the user says which one they ask for.
api::ImageConfig config_of(const api::StavesImageSpec& spec) {
  api::ImageConfig config = spec.config;
  const auto is_lang = [](const auto& variable) { return variable.first == "LANG"; };
  if (!spec.locale.name.empty() && std::ranges::none_of(config.env, is_lang)) {
    config.env.emplace_back("LANG", spec.locale.name);
  }
  return config;
}

constexpr std::int64_t priority_of_builder = 50;
constexpr std::int64_t priority_of_image = 60;

std::int64_t priority_of(const api::Repository& repository, const api::StavesImageSpec& image) {
  const bool of_image = std::ranges::find(image.repositories, repository) != image.repositories.end();
  return repository.priority.value_or(of_image ? priority_of_image : priority_of_builder);
}

std::vector<api::PlanRepository> repositories_of(const ImageObservation& seen, const Inputs& inputs) {
  std::vector<api::PlanRepository> planned;
  const api::StavesImageSpec& image = seen.wanted->spec;
  for (const api::Repository& one : api::all_repositories(seen.builder->spec.repositories, image.repositories)) {
    const auto known = std::ranges::find(inputs.revisions, one.name, &api::RepositoryRevision::name);
    planned.push_back({.name = one.name,
                       .type = one.type,
                       .uri = one.uri,
                       .branch = one.branch,
                       .revision = known == inputs.revisions.end() ? one.revision : known->revision,
                       .priority = priority_of(one, image),
                       .own_secret = !one.secret_name.empty()});
  }
  return planned;
}

/// The name of the first attempt's Job: it has the image's uid in it, so it is nobody else's.
std::string build_key(const api::Plan& plan, const api::StavesImage& image) {
  const bool finds_out = std::ranges::any_of(plan.repositories, [](const api::PlanRepository& one) {
    return one.type == api::RepositoryType::Git && one.revision.empty();
  });
  if (!finds_out) return {};
  return job_name(
      image.meta.name,
      {.image_uid = image.meta.uid, .number = plan.number, .attempt = 1, .inputs_digest = plan.inputs_digest});
}

}  // namespace

api::Plan render_plan(const ImageObservation& seen, const Inputs& inputs, std::int64_t number, std::int64_t attempt) {
  const api::StavesImage& image = *seen.wanted;
  const api::StavesBuilderSpec& builder = seen.builder->spec;
  const api::Platform platform = image.spec.platforms.empty() ? api::Platform{} : image.spec.platforms.front();
  api::Plan plan{.image_namespace = image.meta.name_space,
                 .image_name = image.meta.name,
                 .number = number,
                 .attempt = attempt,
                 .inputs_digest = inputs.digest,
                 .stage3 = inputs.stage3,
                 .tree = tree_of(inputs, seen.setup),
                 .packages = image.spec.packages,
                 .builder_portage = builder.portage,
                 .image_portage = with_platform_flags(image.spec.portage, platform),
                 .profile = builder.profile,
                 .mirrors = builder.mirrors,
                 .locale = image.spec.locale,
                 .toolchain_libraries = image.spec.toolchain_libraries,
                 .target = image.spec.image,
                 .platform = platform,
                 .config = config_of(image.spec),
                 .test = image.spec.test,
                 .insecure_registries = builder.insecure_registries,
                 .repositories = repositories_of(seen, inputs),
                 .build_key = {},
                 .cache_max_bytes = cache_bound(builder.cache),
                 .unless = {},  // known of a build, see render_job
                 .push_secret = image.spec.push_secret_name};
  plan.build_key = build_key(plan, image);
  return plan;
}

}  // namespace staves::decide
