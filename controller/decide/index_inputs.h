#pragma once

#include <optional>
#include <vector>

#include "api/indexed_image.h"
#include "api/stavesimage.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// The images that the index is made of, in the order of its platforms; empty unless all are built.
std::vector<api::IndexedImage> indexed_images(const ImageObservation& seen);

/// What decides an index: the target and the images' digests. Nothing while they are not known.
std::optional<Inputs> inputs_of_index(const ImageObservation& seen);

/// The image with nothing in its spec but what its own build, that of the index, depends on: what is compiled, when it
/// is compiled again and how concerns the images of its platforms.
api::StavesImage without_what_platforms_build(const api::StavesImage& index);

}  // namespace staves::decide
