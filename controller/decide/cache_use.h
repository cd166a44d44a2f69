#pragma once

#include <memory>
#include <vector>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"

namespace staves::decide {

/// Brings status.cache of a builder up to what the builds of its images have found. Made from their status alone, so
/// that a round that is repeated counts nothing twice; an image that is gone takes its hits and misses along.
void see_cache_use(const std::vector<std::shared_ptr<const api::StavesImage>>& images, api::CacheUse& use);

}  // namespace staves::decide
