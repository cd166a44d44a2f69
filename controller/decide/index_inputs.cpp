#include "decide/index_inputs.h"

#include "api/spec_parts.h"
#include "base/digest.h"
#include "decide/platform_images.h"
#include "decide/platform_standing.h"
#include "nlohmann/json.hpp"

namespace staves::decide {

std::vector<api::IndexedImage> indexed_images(const ImageObservation& seen) {
  if (standing_of_platforms(seen)) return {};
  std::vector<api::IndexedImage> images;
  for (const api::Platform& platform : seen.wanted->spec.platforms) {
    const api::BuiltImage& image =
        *find_platform_image(seen, platform_image_name(*seen.wanted, platform))->status.image;
    images.push_back({.platform = platform,
                      .digest = image.digest,
                      .size_bytes = image.size_bytes,
                      .uncompressed_bytes = image.uncompressed_bytes});
  }
  return images;
}

std::optional<Inputs> inputs_of_index(const ImageObservation& seen) {
  const auto images = indexed_images(seen);
  if (images.empty()) return std::nullopt;
  base::Json document{{"image", api::to_json(seen.wanted->spec.image)}};
  for (const api::IndexedImage& image : images) document["images"][to_string(image.platform)] = image.digest;
  Inputs inputs;
  inputs.document = base::to_canonical_json(document);
  inputs.digest = base::sha256_digest(inputs.document);
  inputs.settings = settings_of(seen.wanted->spec, seen.builder->spec);
  return inputs;
}

api::StavesImage without_what_platforms_build(const api::StavesImage& index) {
  api::StavesImage image = index;
  image.spec = {};
  image.spec.builder_name = index.spec.builder_name;
  image.spec.platforms = index.spec.platforms;
  image.spec.image = index.spec.image;
  image.spec.push_secret_name = index.spec.push_secret_name;
  image.spec.build = index.spec.build;
  image.spec.queue_name = index.spec.queue_name;
  image.spec.history_succeeded = index.spec.history_succeeded;
  image.spec.history_failed = index.spec.history_failed;
  image.spec.suspend = index.spec.suspend;
  image.rebuild.clear();
  return image;
}

}  // namespace staves::decide
