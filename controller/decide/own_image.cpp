#include "decide/own_image.h"

#include "base/digest.h"
#include "decide/chain.h"
#include "decide/labels.h"
#include "decide/names.h"
#include "decide/owned_image.h"
#include "decide/status_patch.h"

namespace staves::decide {
namespace {

/// A set of everything may take long to compile, and nobody can say otherwise for it.
constexpr std::int64_t one_day = 86400;

OwnedImage wanted_image(const api::StavesBuilder& builder) {
  return {.owner_kind = api::stavesbuilder_kind(),
          .owner = builder.meta,
          .owner_label = label::builder,
          .name = own_image_name(builder),
          .spec = own_image_spec(builder.spec)};
}

}  // namespace

std::string own_image_name(const api::StavesBuilder& builder) {
  return beginning_of(builder.meta.name, 36) + "-stage3-" + base::short_hash(builder.meta.uid, 8);
}

api::StavesImageSpec own_image_spec(const api::StavesBuilderSpec& builder) {
  api::StavesImageSpec spec;
  spec.builder_name = builder.from;
  spec.packages = builder.packages;
  spec.portage = builder.portage;
  spec.repositories = builder.repositories;
  spec.image.repository = builder.image.repository;
  spec.image.tags = builder.image.tags;
  spec.image.package_database = api::PackageDatabase::Full;
  // What compiles needs all of it; only caches and logs of Portage are of no use.
  spec.image.keep = {
      .headers = true, .documents = true, .translations = true, .portage_state = false, .portage_configuration = true};
  spec.push_secret_name = builder.image.push_secret_name;
  spec.build.timeout_seconds = one_day;
  spec.queue_name = builder.queue_name;
  spec.suspend = builder.suspend;
  return spec;
}

bool own_name_is_taken(const BuilderObservation& seen) {
  return seen.own_image && seen.own_image->meta.owner_uid != seen.wanted->meta.uid;
}

std::vector<Action> keep_own_image(const BuilderObservation& seen) {
  const api::StavesBuilder& builder = *seen.wanted;
  const bool wants = !builder.spec.packages.empty();
  if (own_name_is_taken(seen)) return {};
  if (!seen.own_image) {
    const bool may_be_made = wants && !builder.spec.suspend && circle_of(seen).empty();
    return may_be_made ? std::vector<Action>{create_owned_image(wanted_image(builder))} : std::vector<Action>{};
  }
  const api::StavesImage& image = *seen.own_image;
  if (image.meta.deleting) return {};
  if (!wants) return {Delete{.object = ref_to(image)}};
  const OwnedImage wanted = wanted_image(builder);
  return differs(image, wanted) ? std::vector<Action>{change_owned_image(image, wanted)} : std::vector<Action>{};
}

}  // namespace staves::decide
