#include "operate/observe_image.h"

#include <algorithm>

#include "decide/platform_images.h"
#include "decide/queue.h"
#include "decide/refusal.h"

namespace staves::operate {

namespace {

bool runs(const api::BuildPod& pod, std::string_view name) {
  const auto container = std::ranges::find_if(pod.containers, [&](const auto& one) { return one.name == name; });
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

/// The image with what its staves.toml says; itself when it has none.
base::Result<std::shared_ptr<const api::StavesImage>> read_whole(std::shared_ptr<const api::StavesImage> image,
                                                                 const ReadConfigMap& read_config_map) {
  if (image->invalid || !image->spec.staves_toml) return image;
  const api::StavesTomlSource& source = *image->spec.staves_toml;
  if (source.config_map_name.empty()) {
    return std::make_shared<const api::StavesImage>(api::with_staves_toml(*image, source.inline_text));
  }
  const auto text = read_config_map({image->meta.name_space, source.config_map_name}, source.config_map_key);
  if (text) return std::make_shared<const api::StavesImage>(api::with_staves_toml(*image, *text));
  if (text.error().code != "ConfigMapNotFound") return base::fail(text.error());
  api::StavesImage unread = *image;
  unread.invalid = text.error();
  unread.invalid->message += " or correct spec.stavesToml.configMapRef";
  return std::make_shared<const api::StavesImage>(std::move(unread));
}

/// A build whose Job is nowhere gives its place to another. No store may say that from the past.
base::Done see_job_of_build(decide::ImageObservation& seen, const FindJob& find_job) {
  const api::StavesImage& image = *seen.wanted;
  const api::BuildStatus& build = image.status.build;
  // One that the server refuses to make is nowhere to be found.
  if (decide::place_of(build) != decide::Place::Has || decide::standing_when_refused(build)) return {};
  const auto is_it = [&](const auto& job) { return job->meta.name == build.job_name; };
  if (std::ranges::any_of(seen.jobs, is_it)) return {};
  TRY_ASSIGN(auto job, find_job({image.meta.name_space, build.job_name}));
  if (job && job->meta.owner_uid == image.meta.uid) seen.jobs.push_back(std::move(job));
  return {};
}

void see_platform_images(decide::ImageObservation& seen, const Stores& stores) {
  const api::StavesImage& image = *seen.wanted;
  seen.platform_images = stores.images.find(by::owner_uid, image.meta.uid);
  if (!decide::is_index(image.spec)) return;
  for (const api::Platform& platform : image.spec.platforms) {
    auto found = stores.images.get({image.meta.name_space, decide::platform_image_name(image, platform)});
    if (found && found->meta.owner_uid != image.meta.uid) seen.platform_images.push_back(std::move(found));
  }
}

}  // namespace

base::Result<std::optional<decide::ImageObservation>> observe_image(const kube::ObjectKey& key, const Stores& stores,
                                                                    ProgressReader& progress,
                                                                    const ReadConfigMap& read_config_map,
                                                                    const FindJob& find_job, const decide::Setup& setup,
                                                                    base::TimePoint now) {
  const auto found = stores.images.get(key);
  if (!found) return std::nullopt;
  TRY_ASSIGN(const auto image, read_whole(found, read_config_map));
  decide::ImageObservation seen;
  seen.wanted = image;
  seen.builder = stores.builders.get({key.name_space, image->spec.builder_name});
  seen.jobs = stores.jobs.find(by::owner_uid, image->meta.uid);
  TRY(see_job_of_build(seen, find_job));
  for (const auto& job : seen.jobs) {
    std::ranges::copy(stores.pods.find(by::owner_uid, job->meta.uid), std::back_inserter(seen.pods));
  }
  if (const auto* pod = telling_pod(seen)) seen.progress = progress.latest(key_of(pod->meta), {Subject::Image, key});
  if (decide::place_of(image->status.build) == decide::Place::Waits) {
    seen.queue = stores.images.find(by::queue,
                                    to_text(kube::ObjectKey{key.name_space, image->status.build.inputs.builder_name}));
  }
  see_platform_images(seen, stores);
  for (const std::string& tag : image->spec.image.tags) {
    std::ranges::copy(stores.images.find(by::tag, image->spec.image.repository + ":" + tag),
                      std::back_inserter(seen.same_tags));
  }
  seen.now = now;
  seen.setup = setup;
  return seen;
}

}  // namespace staves::operate
