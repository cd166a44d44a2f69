#pragma once

#include <cstdint>

#include "api/stavesbuilder.h"

namespace staves::decide {

/// What binary packages and source archives may take on the volume, in bytes; 0: no bound. spec.cache.maxBytes; without
/// it four fifths of the size that the claim asks for, and nothing for a claim that somebody else made.
std::int64_t cache_bound(const api::CacheSettings& cache);

}  // namespace staves::decide
