#include "decide/cache_use.h"

namespace staves::decide {

void see_cache_use(const std::vector<std::shared_ptr<const api::StavesImage>>& images, api::CacheUse& use) {
  use.hits = 0;
  use.misses = 0;
  for (const auto& image : images) {
    const api::BuildStatus& build = image->status.build;
    if (!build.completion_time || !build.metrics) continue;
    use.hits += build.metrics->cached_packages;
    use.misses += build.metrics->compiled_packages;
    const auto& cache = build.metrics->cache;
    if (!cache || (use.measured_time && *build.completion_time <= *use.measured_time)) continue;
    use.used_bytes = cache->used_bytes;
    use.packages = cache->packages;
    use.measured_time = build.completion_time;
  }
}

}  // namespace staves::decide
