#include "operate/stores.h"

#include "api/metadata.h"
#include "decide/names.h"
#include "decide/own_image.h"
#include "decide/platform_images.h"
#include "decide/queue.h"
#include "decide/shared_tags.h"

namespace staves::operate {

namespace {

template <class T>
std::vector<std::string> owner_of(const T& object) {
  if (object.meta.owner_uid.empty()) return {};
  return {object.meta.owner_uid};
}

/// The builder whose places an image's build is concerned with, if its place is one of these.
std::vector<std::string> builder_by(const api::StavesImage& image, std::initializer_list<decide::Place> places) {
  const api::BuildStatus& build = image.status.build;
  if (std::ranges::find(places, decide::place_of(build)) == places.end()) return {};
  return {to_text(kube::ObjectKey{image.meta.name_space, build.inputs.builder_name})};
}

}  // namespace

Stores::Stores()
    : images(api::parse_stavesimage),
      builders(api::parse_stavesbuilder),
      jobs(api::parse_build_job),
      pods(api::parse_build_pod),
      claims(api::parse_volume_claim),
      config_maps(api::parse_metadata) {
  images.add_index(by::platform_image, [](const api::StavesImage& image) {
    std::vector<std::string> names;
    if (!decide::is_index(image.spec)) return names;
    for (const api::Platform& platform : image.spec.platforms) {
      names.push_back(to_text(kube::ObjectKey{image.meta.name_space, decide::platform_image_name(image, platform)}));
    }
    return names;
  });
  images.add_index(by::owner_uid, owner_of<api::StavesImage>);
  images.add_index(by::builder, [](const api::StavesImage& image) {
    return std::vector{to_text(kube::ObjectKey{image.meta.name_space, image.spec.builder_name})};
  });
  images.add_index(by::config_map, [](const api::StavesImage& image) {
    const auto& source = image.spec.staves_toml;
    if (!source || source->config_map_name.empty()) return std::vector<std::string>{};
    return std::vector{to_text(kube::ObjectKey{image.meta.name_space, source->config_map_name})};
  });
  images.add_index(by::build, [](const api::StavesImage& image) {
    return builder_by(image, {decide::Place::Waits, decide::Place::Has});
  });
  images.add_index(by::queue, [](const api::StavesImage& image) { return builder_by(image, {decide::Place::Waits}); });
  images.add_index(by::tag, decide::pushed_tags);
  builders.add_index(by::claim, [](const api::StavesBuilder& builder) {
    return std::vector{to_text(kube::ObjectKey{builder.meta.name_space, decide::claim_name(builder)})};
  });
  builders.add_index(by::ca_bundle, [](const api::StavesBuilder& builder) {
    const std::string& name = builder.spec.ca_bundle.config_map_name;
    if (name.empty()) return std::vector<std::string>{};
    return std::vector{to_text(kube::ObjectKey{builder.meta.name_space, name})};
  });
  builders.add_index(by::own_image, [](const api::StavesBuilder& builder) {
    if (builder.spec.packages.empty()) return std::vector<std::string>{};
    return std::vector{to_text(kube::ObjectKey{builder.meta.name_space, decide::own_image_name(builder)})};
  });
  builders.add_index(by::from, [](const api::StavesBuilder& builder) {
    if (builder.spec.from.empty()) return std::vector<std::string>{};
    return std::vector{to_text(kube::ObjectKey{builder.meta.name_space, builder.spec.from})};
  });
  jobs.add_index(by::owner_uid, owner_of<api::BuildJob>);
  pods.add_index(by::owner_uid, owner_of<api::BuildPod>);
}

bool Stores::synced() const {
  return images.synced() && builders.synced() && jobs.synced() && pods.synced() && claims.synced() &&
         config_maps.synced();
}

std::string Stores::seen_version(const std::string& kind) const {
  if (kind == api::stavesimage_kind().name) return images.resource_version();
  if (kind == api::stavesbuilder_kind().name) return builders.resource_version();
  if (kind == api::job_kind().name) return jobs.resource_version();
  if (kind == api::pod_kind().name) return pods.resource_version();
  if (kind == api::volume_claim_kind().name) return claims.resource_version();
  return {};
}

kube::ResourceType resource_type(const api::Kind& kind) {
  return {kind.group, kind.version, kind.plural, kind.name};
}

kube::ObjectKey key_of(const api::ObjectMeta& meta) {
  return {meta.name_space, meta.name};
}

}  // namespace staves::operate
