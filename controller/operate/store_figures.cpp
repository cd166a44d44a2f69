#include "operate/store_figures.h"

#include <map>

#include "api/condition.h"
#include "decide/queue.h"

namespace staves::operate {

namespace {

std::vector<Metrics::Series> series_of(const std::map<std::string, double>& numbers) {
  std::vector<Metrics::Series> series;
  for (const auto& [label, value] : numbers) series.push_back({label, value});
  return series;
}

/// How many objects have which reason; one that nobody has looked at yet has none and counts nowhere.
template <class T>
std::vector<Metrics::Series> by_reason(const kube::Store<T>& store) {
  std::map<std::string, double> reasons;
  for (const auto& object : store.list()) {
    const api::Condition* ready = api::find_condition(object->status.conditions, "Ready");
    if (ready != nullptr) reasons[std::string(ready->reason)] += 1;
  }
  return series_of(reasons);
}

/// How many builds of each builder have this place.
std::vector<Metrics::Series> builds_by_builder(const Stores& stores, decide::Place which) {
  std::map<std::string, double> builders;
  for (const auto& builder : stores.builders.list()) builders[to_text(key_of(builder->meta))];
  for (const auto& image : stores.images.list()) {
    const api::BuildStatus& build = image->status.build;
    if (decide::place_of(build) != which) continue;
    builders[to_text(kube::ObjectKey{image->meta.name_space, build.inputs.builder_name})] += 1;
  }
  return series_of(builders);
}

std::vector<Metrics::Series> cache_bytes(const Stores& stores) {
  std::map<std::string, double> builders;
  for (const auto& builder : stores.builders.list()) {
    const api::CacheUse& use = builder->status.cache_use;
    if (use.measured_time) builders[to_text(key_of(builder->meta))] = static_cast<double>(use.used_bytes);
  }
  return series_of(builders);
}

std::vector<Metrics::Series> objects_by_kind(const Stores& stores) {
  return {{"stavesimages", static_cast<double>(stores.images.size())},
          {"stavesbuilders", static_cast<double>(stores.builders.size())},
          {"jobs", static_cast<double>(stores.jobs.size())},
          {"pods", static_cast<double>(stores.pods.size())},
          {"persistentvolumeclaims", static_cast<double>(stores.claims.size())},
          {"configmaps", static_cast<double>(stores.config_maps.size())}};
}

}  // namespace

void read_store_figures(Metrics& metrics, const Stores& stores) {
  metrics.read_gauge("staves_objects", "Objects in memory", "kind", [&stores] { return objects_by_kind(stores); });
  metrics.read_gauge("staves_images", "Images by the reason of their condition Ready", "reason",
                     [&stores] { return by_reason(stores.images); });
  metrics.read_gauge("staves_builders", "Builders by the reason of their condition Ready", "reason",
                     [&stores] { return by_reason(stores.builders); });
  metrics.read_gauge("staves_builds_running", "Builds that have a place, by namespace/name of their builder", "builder",
                     [&stores] { return builds_by_builder(stores, decide::Place::Has); });
  metrics.read_gauge("staves_builds_queued", "Builds that wait for a place, by namespace/name of their builder",
                     "builder", [&stores] { return builds_by_builder(stores, decide::Place::Waits); });
  metrics.read_gauge("staves_cache_used_bytes",
                     "Bytes of packages and archives on the cache volume when the newest build ended, by "
                     "namespace/name of the builder",
                     "builder", [&stores] { return cache_bytes(stores); });
}

}  // namespace staves::operate
