#pragma once

#include <cstdint>
#include <stop_token>

#include "api/step_result.h"
#include "portage/cache_places.h"

namespace staves::portage {

/// Brings the cache volume below `most_bytes` (0: without a bound) and removes what pods that died have left. The least
/// recently used binary packages go first, and none that a running build needs; source archives may take a quarter.
/// It goes a tenth below the bound, so that not every build has to. What cannot be done now is left to the next build:
/// this never fails. Gives what is there afterwards.
api::CacheCensus prune_cache(const CachePlaces& places, std::int64_t most_bytes, const std::stop_token& stop);

}  // namespace staves::portage
