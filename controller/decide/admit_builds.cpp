#include "decide/admit_builds.h"

#include <algorithm>
#include <set>

#include "decide/queue.h"

namespace staves::decide {
namespace {

using std::chrono::seconds;

/// How often the length of the queue alone is written.
constexpr seconds between_counts{10};
/// What the schema allows; who builds needs no entry to be counted.
constexpr std::size_t most_entries = 1024;

const api::StavesImage* image_of(const api::AdmittedBuild& one, const BuilderObservation& seen) {
  const auto found = std::ranges::find_if(seen.images, [&](const auto& image) { return image->meta.uid == one.uid; });
  return found == seen.images.end() ? nullptr : found->get();
}

/// Whether the place is still taken.
bool holds(const api::AdmittedBuild& one, const BuilderObservation& seen) {
  const api::StavesImage* image = image_of(one, seen);
  if (image == nullptr) return false;
  const api::BuildStatus& build = image->status.build;
  // What is seen of the image may be older than the admission, but never younger than what came after that build.
  if (build.number != one.number) return build.number < one.number;
  const Place place = place_of(build);
  return place == Place::Has || (place == Place::Waits && !image->meta.deleting);
}

struct Places {
  std::vector<api::AdmittedBuild> taken;
  std::vector<const api::StavesImage*> queue;  ///< in order
};

api::AdmittedBuild entry_of(const api::StavesImage& image) {
  return {.image = image.meta.name, .uid = image.meta.uid, .number = image.status.build.number};
}

Places read_places(const BuilderObservation& seen) {
  Places places;
  std::set<std::string> uids;
  for (const api::AdmittedBuild& one : seen.wanted->status.builds.admitted) {
    if (holds(one, seen) && uids.insert(one.uid).second) places.taken.push_back(one);
  }
  for (const auto& image : seen.images) {
    const api::BuildStatus& build = image->status.build;
    if (build.inputs.builder_name != seen.wanted->meta.name || uids.contains(image->meta.uid)) continue;
    const Place place = place_of(build);
    // Begun under an operator without a limit, or under a builder of this name before.
    if (place == Place::Has) places.taken.push_back(entry_of(*image));
    if (place == Place::Waits && !image->meta.deleting) places.queue.push_back(image.get());
  }
  std::ranges::sort(places.queue, [](const auto* left, const auto* right) { return is_before(*left, *right); });
  return places;
}

}  // namespace

Admission admit_builds(const BuilderObservation& seen, bool usable) {
  const api::BuildsOfBuilder& was = seen.wanted->status.builds;
  Places places = read_places(seen);
  const auto limit = static_cast<std::size_t>(seen.wanted->spec.max_concurrent_builds);
  const std::size_t free = usable && places.taken.size() < limit ? limit - places.taken.size() : 0;
  const std::size_t admitted = std::min(free, places.queue.size());
  for (std::size_t i = 0; i < admitted; ++i) places.taken.push_back(entry_of(*places.queue[i]));
  api::BuildsOfBuilder is{.running = static_cast<std::int64_t>(places.taken.size()),
                          .queued = static_cast<std::int64_t>(places.queue.size() - admitted),
                          .admitted = std::move(places.taken),
                          .counted_time = was.counted_time};
  if (is.admitted.size() > most_entries) is.admitted.resize(most_entries);
  if (is == was || (!was.counted_time && is.running + is.queued == 0)) return {.builds = was, .look_again_in = {}};
  const bool only_the_queue_changed = is.admitted == was.admitted && was.counted_time;
  if (only_the_queue_changed && seen.now < *was.counted_time + between_counts) {
    const auto left = std::chrono::ceil<seconds>(*was.counted_time + between_counts - seen.now);
    return {.builds = was, .look_again_in = left};
  }
  is.counted_time = seen.now;
  return {.builds = std::move(is), .look_again_in = {}};
}

}  // namespace staves::decide
