#pragma once

#include <optional>

#include "decide/observation.h"
#include "operate/stores.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// What is known about a builder, from the stores and what registries said last. Nothing when there is no such builder
/// (any more). A claim without our label is none of `stores.claims`, whether the user names it or it merely has the
/// name that ours would have: `find_claim` is asked for what the stores do not have.
using FindClaim = std::function<std::shared_ptr<const api::VolumeClaim>(const kube::ObjectKey& claim)>;
std::optional<decide::BuilderObservation> observe_builder(const kube::ObjectKey& key, const Stores& stores,
                                                          TagResolver& tags, const FindClaim& find_claim,
                                                          base::TimePoint now);

}  // namespace staves::operate
