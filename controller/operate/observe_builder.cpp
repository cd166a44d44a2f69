#include "operate/observe_builder.h"

#include "decide/image_reference.h"
#include "decide/names.h"

namespace staves::operate {

namespace {

decide::TagLookup look_up(const std::string& reference, const api::StavesBuilder& builder, TagResolver& tags) {
  if (!decide::pinned_digest(reference).empty()) return {.reference = reference, .digest = {}, .error = {}};
  return tags.latest({.reference = reference,
                      .insecure_registries = builder.spec.insecure_registries,
                      .refresh = std::chrono::seconds(builder.spec.refresh_seconds)},
                     {Subject::Builder, key_of(builder.meta)});
}

}  // namespace

std::optional<decide::BuilderObservation> observe_builder(const kube::ObjectKey& key, const Stores& stores,
                                                          TagResolver& tags, const FindClaim& find_claim,
                                                          base::TimePoint now) {
  const auto builder = stores.builders.get(key);
  if (!builder) return std::nullopt;
  const kube::ObjectKey claim{key.name_space, decide::claim_name(*builder)};
  decide::BuilderObservation seen;
  seen.wanted = builder;
  seen.claim = stores.claims.get(claim);
  if (!seen.claim) seen.claim = find_claim(claim);
  if (!builder->invalid) {
    seen.stage3 = look_up(builder->spec.stage3_image, *builder, tags);
    seen.tree = look_up(builder->spec.snapshot_image, *builder, tags);
  }
  seen.now = now;
  return seen;
}

}  // namespace staves::operate
