#pragma once

#include <optional>

#include "decide/observation.h"
#include "operate/observe_image.h"
#include "operate/stores.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// Gives a claim as the API server has it now; null: there is none of that name.
using FindClaim = std::function<base::Result<std::shared_ptr<const api::VolumeClaim>>(const kube::ObjectKey& claim)>;
/// Gives an image as the API server has it now; null: there is none of that name.
using FindImage = std::function<base::Result<std::shared_ptr<const api::StavesImage>>(const kube::ObjectKey& image)>;

/// What is known about a builder, from the stores and what registries said last. Nothing when there is no such builder
/// (any more). A claim without our label is none of `stores.claims`, whether the user names it or it merely has the
/// name that ours would have: `find_claim` is asked for what the stores do not have.
/// `find_image` is asked for images that status.builds names and no store has: deleted, or not yet in view, and then
/// nobody else may get their place. Errors: those of `find_claim` and `find_image`, and of `read_config_map` but for
/// ConfigMapNotFound, which is part of what is known.
base::Result<std::optional<decide::BuilderObservation>> observe_builder(
    const kube::ObjectKey& key, const Stores& stores, TagResolver& tags, const FindClaim& find_claim,
    const FindImage& find_image, const ReadConfigMap& read_config_map, base::TimePoint now);

}  // namespace staves::operate
