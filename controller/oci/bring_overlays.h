#pragma once

#include <stop_token>
#include <vector>

#include "api/plan.h"
#include "api/repository.h"
#include "base/result.h"
#include "oci/fetch_overlay.h"

namespace staves::oci {

/// Brings every overlay of type git that the plan has, and gives the revisions in the order of the plan. What the plan
/// leaves open is found out once for all pods of a build. Removes revisions that no build has used for 14 days, which
/// is longer than any build may take. Errors: those of fetch_overlay and resolve_overlay.
base::Result<std::vector<api::RepositoryRevision>> bring_overlays(const OverlayPlaces& places, const api::Plan& plan,
                                                                  const std::stop_token& stop);

}  // namespace staves::oci
