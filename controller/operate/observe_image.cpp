#include "operate/observe_image.h"

#include <algorithm>

namespace staves::operate {

namespace {

bool runs(const api::BuildPod& pod, std::string_view name) {
  const auto container = std::ranges::find(pod.containers, name, &api::BuildContainer::name);
  return container != pod.containers.end() && container->started && !container->exit_code;
}

/// The pod whose `publish` tells how far `emerge` is.
const api::BuildPod* telling_pod(const decide::ImageObservation& seen) {
  const auto& build = seen.wanted->status.build;
  if (build.completion_time) return nullptr;
  for (const auto& pod : seen.pods) {
    const bool is_current = pod->meta.owner_name == build.job_name && !pod->meta.deleting;
    if (is_current && runs(*pod, "emerge") && runs(*pod, "publish")) return pod.get();
  }
  return nullptr;
}

}  // namespace

std::optional<decide::ImageObservation> observe_image(const kube::ObjectKey& key, const Stores& stores,
                                                      ProgressReader& progress, const decide::Setup& setup,
                                                      base::TimePoint now) {
  const auto image = stores.images.get(key);
  if (!image) return std::nullopt;
  decide::ImageObservation seen;
  seen.wanted = image;
  seen.builder = stores.builders.get({key.name_space, image->spec.builder_name});
  seen.jobs = stores.jobs.find(by::owner_uid, image->meta.uid);
  for (const auto& job : seen.jobs) {
    std::ranges::copy(stores.pods.find(by::owner_uid, job->meta.uid), std::back_inserter(seen.pods));
  }
  if (const auto* pod = telling_pod(seen)) seen.progress = progress.latest(key_of(pod->meta), {Subject::Image, key});
  seen.now = now;
  seen.setup = setup;
  return seen;
}

}  // namespace staves::operate
