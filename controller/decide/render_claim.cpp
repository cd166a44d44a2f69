#include "decide/render_claim.h"

#include "decide/labels.h"
#include "decide/names.h"
#include "decide/owner_reference.h"
#include "nlohmann/json.hpp"

namespace staves::decide {

CreateOnce render_claim(const api::StavesBuilder& builder) {
  using base::Json;
  const api::CacheSettings& cache = builder.spec.cache;
  const std::string name = claim_name(builder);
  Json claim{
      {"apiVersion", api_version(api::volume_claim_kind())},
      {"kind", api::volume_claim_kind().name},
      {"metadata",
       {{"name", name},
        {"namespace", builder.meta.name_space},
        {"labels", {{label::managed_by, label::managed_by_staves}, {label::builder, label_value(builder.meta.name)}}}}},
      {"spec",
       {{"accessModes", Json::array({cache.access_mode})}, {"resources", {{"requests", {{"storage", cache.size}}}}}}}};
  if (!cache.storage_class_name.empty()) claim["spec"]["storageClassName"] = cache.storage_class_name;
  if (cache.on_delete == api::OnDelete::Delete) {
    claim["metadata"]["ownerReferences"] = Json::array({owner_reference(api::stavesbuilder_kind(), builder.meta)});
  }
  return {.object = {api::volume_claim_kind(), builder.meta.name_space, name, {}},
          .body = base::to_canonical_json(claim)};
}

}  // namespace staves::decide
