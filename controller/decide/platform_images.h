#pragma once

#include <string>
#include <vector>

#include "api/stavesimage.h"
#include "decide/decision.h"
#include "decide/observation.h"
#include "decide/owned_image.h"

namespace staves::decide {

/// Whether the image is an index of one image for each of its platforms.
/// Source: design/0010-images-for-several-platforms.md.
bool is_index(const api::StavesImageSpec& spec);

/// The StavesImage for one platform of an index: `<image, at most 30 characters>-<amd64-v3>-<8 hex digits of its uid>`.
std::string platform_image_name(const api::StavesImage& index, const api::Platform& platform);

/// What its spec has to be. A staves.toml must have been read into `index`.
api::StavesImageSpec platform_image_spec(const api::StavesImageSpec& index, const api::Platform& platform);

/// That image as it has to be, with a wish to build again that it has not heard of.
OwnedImage wanted_platform_image(const api::StavesImage& index, const api::Platform& platform);

/// What is seen under that name, whoever it belongs to; null: nothing is.
const api::StavesImage* find_platform_image(const ImageObservation& seen, const std::string& name);

/// Whether it is the index's own. An owner reference alone may be somebody else's way to have it deleted with the
/// index.
bool is_image_of(const ImageObservation& seen, const api::StavesImage& image);

/// Why the builder cannot build for all platforms of an index: its cache volume is one node's at a time, and they need
/// nodes of several architectures. Empty when it can.
std::string why_not_on_several_nodes(const api::StavesImageSpec& index, const api::StavesBuilderSpec& builder);

/// Makes the images of an index, changes them to what its spec says now, and deletes those that no platform is for any
/// more: all of them once the image is no index. None while they are as they have to be.
std::vector<Action> keep_platform_images(const ImageObservation& seen);

}  // namespace staves::decide
