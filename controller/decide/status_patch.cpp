#include "decide/status_patch.h"

#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

std::optional<PatchStatus> patch_between(const api::ObjectRef& object, const std::string& version,
                                         const base::Json& from, const base::Json& to) {
  base::Json difference = base::merge_patch_between(from, to);
  if (difference.empty()) return std::nullopt;
  const base::Json patch{{"status", std::move(difference)}};
  return PatchStatus{object, version, base::to_canonical_json(patch)};
}

}  // namespace

std::optional<PatchStatus> status_patch(const api::StavesImage& seen, const api::StavesImageStatus& next) {
  return patch_between(ref_to(seen), seen.meta.resource_version, api::to_json(seen.status), api::to_json(next));
}

std::optional<PatchStatus> status_patch(const api::StavesBuilder& seen, const api::StavesBuilderStatus& next) {
  return patch_between(ref_to(seen), seen.meta.resource_version, api::to_json(seen.status), api::to_json(next));
}

api::ObjectRef ref_to(const api::StavesImage& image) {
  return {api::stavesimage_kind(), image.meta.name_space, image.meta.name, image.meta.uid};
}

api::ObjectRef ref_to(const api::StavesBuilder& builder) {
  return {api::stavesbuilder_kind(), builder.meta.name_space, builder.meta.name, builder.meta.uid};
}

}  // namespace staves::decide
