#include "decide/own_image.h"

#include "base/digest.h"
#include "decide/chain.h"
#include "decide/labels.h"
#include "decide/names.h"
#include "decide/owner_reference.h"
#include "decide/status_patch.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

/// A set of everything may take long to compile, and nobody can say otherwise for it.
constexpr std::int64_t one_day = 86400;

CreateOnce creation(const api::StavesBuilder& builder) {
  const std::string name = own_image_name(builder);
  const Json image{
      {"apiVersion", api_version(api::stavesimage_kind())},
      {"kind", api::stavesimage_kind().name},
      {"metadata",
       {{"name", name},
        {"namespace", builder.meta.name_space},
        {"labels", {{label::managed_by, label::managed_by_staves}, {label::builder, label_value(builder.meta.name)}}},
        {"ownerReferences", Json::array({owner_reference(api::stavesbuilder_kind(), builder.meta)})}}},
      {"spec", api::to_json(own_image_spec(builder.spec))}};
  return {.object = {api::stavesimage_kind(), builder.meta.name_space, name, {}},
          .body = base::to_canonical_json(image)};
}

PatchSpec change(const api::StavesImage& image, const api::StavesImageSpec& wanted) {
  const Json patch{{"spec", base::merge_patch_between(api::to_json(image.spec), api::to_json(wanted))}};
  return {.object = ref_to(image),
          .resource_version = image.meta.resource_version,
          .patch = base::to_canonical_json(patch)};
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
    return may_be_made ? std::vector<Action>{creation(builder)} : std::vector<Action>{};
  }
  const api::StavesImage& image = *seen.own_image;
  if (image.meta.deleting) return {};
  if (!wants) return {Delete{.object = ref_to(image)}};
  const api::StavesImageSpec spec = own_image_spec(builder.spec);
  return image.spec == spec ? std::vector<Action>{} : std::vector<Action>{change(image, spec)};
}

}  // namespace staves::decide
