#pragma once

#include <optional>

#include "decide/observation.h"
#include "operate/stores.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// What is known about a builder, from the stores and what registries said last: waits for nothing. Nothing when there
/// is no such builder (any more). An existing claim without our label is none of `stores.claims`: `find_claim` is asked
/// for it.
using FindClaim = std::function<std::shared_ptr<const api::VolumeClaim>(const kube::ObjectKey& claim)>;
std::optional<decide::BuilderObservation> observe_builder(const kube::ObjectKey& key, const Stores& stores,
                                                          TagResolver& tags, const FindClaim& find_claim,
                                                          base::TimePoint now);

}  // namespace staves::operate
