#include "decide/owned_image.h"

#include "decide/labels.h"
#include "decide/names.h"
#include "decide/owner_reference.h"
#include "decide/status_patch.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

Json annotations_of(const OwnedImage& wanted) {
  return {{api::rebuild_annotation, wanted.rebuild}};
}

bool is_asked_to_rebuild(const api::StavesImage& seen, const OwnedImage& wanted) {
  return !wanted.rebuild.empty() && wanted.rebuild != seen.rebuild;
}

}  // namespace

CreateOnce create_owned_image(const OwnedImage& wanted) {
  Json metadata{
      {"name", wanted.name},
      {"namespace", wanted.owner.name_space},
      {"labels", {{label::managed_by, label::managed_by_staves}, {wanted.owner_label, label_value(wanted.owner.name)}}},
      {"ownerReferences", Json::array({owner_reference(wanted.owner_kind, wanted.owner)})}};
  if (!wanted.rebuild.empty()) metadata["annotations"] = annotations_of(wanted);
  const Json image{{"apiVersion", api_version(api::stavesimage_kind())},
                   {"kind", api::stavesimage_kind().name},
                   {"metadata", std::move(metadata)},
                   {"spec", api::to_json(wanted.spec)}};
  return {.object = {api::stavesimage_kind(), wanted.owner.name_space, wanted.name, {}},
          .body = base::to_canonical_json(image)};
}

bool differs(const api::StavesImage& seen, const OwnedImage& wanted) {
  return seen.spec != wanted.spec || is_asked_to_rebuild(seen, wanted);
}

PatchSpec change_owned_image(const api::StavesImage& seen, const OwnedImage& wanted) {
  Json patch = Json::object();
  if (seen.spec != wanted.spec) {
    patch["spec"] = base::merge_patch_between(api::to_json(seen.spec), api::to_json(wanted.spec));
  }
  if (is_asked_to_rebuild(seen, wanted)) patch["metadata"]["annotations"] = annotations_of(wanted);
  return {
      .object = ref_to(seen), .resource_version = seen.meta.resource_version, .patch = base::to_canonical_json(patch)};
}

}  // namespace staves::decide
