#include "decide/render_plan.h"

#include <string>

#include "decide/image_reference.h"

namespace staves::decide {
namespace {

api::PlanTree tree_of(const Inputs& inputs, const Setup& setup) {
  if (setup.image_volumes) return {.image = inputs.tree, .location = "/var/db/repos/gentoo", .fetch = false};
  constexpr std::string_view prefix = "sha256:";
  std::string_view hex = pinned_digest(inputs.tree);
  if (hex.starts_with(prefix)) hex.remove_prefix(prefix.size());
  return {.image = inputs.tree, .location = "/staves/trees/" + std::string(hex), .fetch = true};
}

}  // namespace

api::Plan render_plan(const ImageObservation& seen, const Inputs& inputs, std::int64_t number, std::int64_t attempt) {
  const api::StavesImage& image = *seen.wanted;
  const api::StavesBuilderSpec& builder = seen.builder->spec;
  return {.image_namespace = image.meta.name_space,
          .image_name = image.meta.name,
          .number = number,
          .attempt = attempt,
          .inputs_digest = inputs.digest,
          .stage3 = inputs.stage3,
          .tree = tree_of(inputs, seen.setup),
          .packages = image.spec.packages,
          .builder_portage = builder.portage,
          .image_portage = image.spec.portage,
          .profile = builder.profile,
          .mirrors = builder.mirrors,
          .toolchain_libraries = image.spec.toolchain_libraries,
          .target = image.spec.image,
          .config = image.spec.config,
          .insecure_registries = builder.insecure_registries,
          .push_secret = image.spec.push_secret_name};
}

}  // namespace staves::decide
