#include "decide/platform_images.h"

#include <algorithm>

#include "base/digest.h"
#include "decide/labels.h"
#include "decide/names.h"
#include "decide/status_patch.h"

namespace staves::decide {
namespace {

using Image = std::shared_ptr<const api::StavesImage>;

/// The end of the names of all images that an index is made of.
std::string mark_of(const api::StavesImage& index) {
  return "-" + base::short_hash(index.meta.uid, 8);
}

bool may_be_made(const ImageObservation& seen) {
  const api::StavesImageSpec& spec = seen.wanted->spec;
  return !spec.suspend && seen.builder && why_not_on_several_nodes(spec, seen.builder->spec).empty();
}

bool is_wanted(const api::StavesImage& index, const std::string& name) {
  return is_index(index.spec) && std::ranges::any_of(index.spec.platforms, [&](const api::Platform& platform) {
           return platform_image_name(index, platform) == name;
         });
}

}  // namespace

bool is_index(const api::StavesImageSpec& spec) {
  return spec.platforms.size() > 1;
}

std::string platform_image_name(const api::StavesImage& index, const api::Platform& platform) {
  return beginning_of(index.meta.name, 30) + "-" + dashed(platform) + mark_of(index);
}

api::StavesImageSpec platform_image_spec(const api::StavesImageSpec& index, const api::Platform& platform) {
  api::StavesImageSpec spec = index;
  spec.staves_toml.reset();
  spec.platforms = {platform};
  for (std::string& tag : spec.image.tags) tag += "-" + dashed(platform);
  return spec;
}

OwnedImage wanted_platform_image(const api::StavesImage& index, const api::Platform& platform) {
  return {.owner_kind = api::stavesimage_kind(),
          .owner = index.meta,
          .owner_label = label::image,
          .name = platform_image_name(index, platform),
          .spec = platform_image_spec(index.spec, platform),
          // Once it is done they are asked by whoever asks them.
          .rebuild = index.rebuild == index.status.last_trigger ? std::string() : index.rebuild};
}

const api::StavesImage* find_platform_image(const ImageObservation& seen, const std::string& name) {
  const auto is_it = [&](const Image& image) { return image->meta.name == name; };
  const auto found = std::ranges::find_if(seen.platform_images, is_it);
  return found == seen.platform_images.end() ? nullptr : found->get();
}

bool is_image_of(const ImageObservation& seen, const api::StavesImage& image) {
  return image.meta.owner_uid == seen.wanted->meta.uid && image.meta.name.ends_with(mark_of(*seen.wanted));
}

std::string why_not_on_several_nodes(const api::StavesImageSpec& index, const api::StavesBuilderSpec& builder) {
  const std::string& first = index.platforms.front().architecture;
  const bool one_architecture =
      std::ranges::all_of(index.platforms, [&](const api::Platform& one) { return one.architecture == first; });
  // Whether an existing claim can be shared is for whoever made it to know.
  if (one_architecture || !builder.cache.existing_claim.empty() || builder.cache.access_mode == "ReadWriteMany") {
    return {};
  }
  return "platforms of several architectures need a builder with spec.cache.accessMode ReadWriteMany, because one node "
         "at a time has a volume with ReadWriteOnce";
}

std::vector<Action> keep_platform_images(const ImageObservation& seen) {
  const api::StavesImage& index = *seen.wanted;
  std::vector<Action> actions;
  for (const Image& image : seen.platform_images) {
    if (!is_image_of(seen, *image) || image->meta.deleting || is_wanted(index, image->meta.name)) continue;
    actions.emplace_back(Delete{.object = ref_to(*image)});
  }
  if (!is_index(index.spec)) return actions;
  for (const api::Platform& platform : index.spec.platforms) {
    const OwnedImage wanted = wanted_platform_image(index, platform);
    const api::StavesImage* image = find_platform_image(seen, wanted.name);
    if (image == nullptr) {
      if (may_be_made(seen)) actions.emplace_back(create_owned_image(wanted));
    } else if (is_image_of(seen, *image) && !image->meta.deleting && differs(*image, wanted)) {
      actions.emplace_back(change_owned_image(*image, wanted));
    }
  }
  return actions;
}

}  // namespace staves::decide
