#include "decide/pod_affinity.h"

#include <string>

#include "decide/labels.h"
#include "decide/names.h"
#include "decide/render_pod.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

// Pods that have ended count for nothing, and the first one fulfils its own term: nobody waits for ever.
Json beside_other_builds(const api::StavesBuilder& builder) {
  const Json labels{{label::builder, label_value(builder.meta.name)}};
  return {{"topologyKey", "kubernetes.io/hostname"}, {"labelSelector", {{"matchLabels", labels}}}};
}

void add_to_list(Json& object, const char* name, Json entry) {
  Json& list = object[name];
  if (!list.is_array()) list = Json::array();
  list.push_back(std::move(entry));
}

}  // namespace

Json render_affinity(const api::StavesBuilder& builder) {
  Json affinity = parsed_object(builder.spec.pod.affinity);
  const api::CacheSettings& cache = builder.spec.cache;
  const bool existing = !cache.existing_claim.empty();
  if (!existing && cache.access_mode == "ReadWriteMany") return affinity;
  Json& pods = affinity["podAffinity"];
  if (!pods.is_object()) pods = Json::object();
  if (existing) {
    add_to_list(pods, "preferredDuringSchedulingIgnoredDuringExecution",
                {{"weight", 100}, {"podAffinityTerm", beside_other_builds(builder)}});
  } else {
    add_to_list(pods, "requiredDuringSchedulingIgnoredDuringExecution", beside_other_builds(builder));
  }
  return affinity;
}

}  // namespace staves::decide
