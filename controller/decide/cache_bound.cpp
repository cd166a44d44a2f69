#include "decide/cache_bound.h"

#include <algorithm>

#include "api/quantity.h"

namespace staves::decide {
namespace {

std::int64_t whole_bytes(double bytes) {
  constexpr double most = 0x1p62;
  return static_cast<std::int64_t>(std::clamp(bytes, 0.0, most));
}

}  // namespace

std::int64_t cache_bound(const api::CacheSettings& cache) {
  if (!cache.max_bytes.empty()) return whole_bytes(api::quantity_value(cache.max_bytes).value_or(0));
  if (!cache.existing_claim.empty()) return 0;
  return whole_bytes(api::quantity_value(cache.size).value_or(0) * 4 / 5);
}

}  // namespace staves::decide
