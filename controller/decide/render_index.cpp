#include "decide/render_index.h"

#include "decide/index_inputs.h"

namespace staves::decide {

api::IndexPlan render_index_plan(const ImageObservation& seen, const Inputs& inputs, std::int64_t number,
                                 std::int64_t attempt) {
  const api::StavesImage& image = *seen.wanted;
  return {.image_namespace = image.meta.name_space,
          .image_name = image.meta.name,
          .number = number,
          .attempt = attempt,
          .inputs_digest = inputs.digest,
          .target = image.spec.image,
          .images = indexed_images(seen),
          .insecure_registries = seen.builder->spec.insecure_registries,
          .push_secret = image.spec.push_secret_name};
}

}  // namespace staves::decide
