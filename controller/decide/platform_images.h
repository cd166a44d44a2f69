#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/index_plan.h"
#include "api/stavesimage.h"
#include "decide/decision.h"
#include "decide/image_conditions.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// Whether the image is an index of one image for each of its platforms.
/// Source: design/0010-images-for-several-platforms.md.
bool is_index(const api::StavesImageSpec& spec);

/// The StavesImage for one platform of an index: `<image, at most 30 characters>-<amd64-v3>-<8 hex digits of its uid>`.
std::string platform_image_name(const api::StavesImage& index, const api::Platform& platform);

/// What its spec has to be. A staves.toml must have been read into `index`.
api::StavesImageSpec platform_image_spec(const api::StavesImageSpec& index, const api::Platform& platform);

/// Makes the images of an index, changes them to what its spec says now, and deletes those that no platform is for any
/// more: all of them once the image is no index. None while they are as they have to be.
std::vector<Action> keep_platform_images(const ImageObservation& seen);

/// What keeps the index from being made: an image that is not there, not built, or somebody else's, the one that needs
/// the user first. Nothing when all are built.
std::optional<Standing> standing_of_platforms(const ImageObservation& seen);

/// Where it stands when the API server refuses to make the first image that is not there, for the reason `why`; nothing
/// when all are there.
std::optional<Standing> standing_when_image_refused(const ImageObservation& seen, const std::string& why);

/// Why the builder cannot build for all platforms of an index: its cache volume is one node's at a time, and they need
/// nodes of several architectures. Empty when it can.
std::string why_not_on_several_nodes(const api::StavesImageSpec& index, const api::StavesBuilderSpec& builder);

/// The images that the index is made of, in the order of its platforms; empty unless all are built.
std::vector<api::IndexedImage> indexed_images(const ImageObservation& seen);

/// What decides an index: the target and the images' digests. Nothing while they are not known.
std::optional<Inputs> inputs_of_index(const ImageObservation& seen);

/// Whether every image of the index has done what its annotation staves.dev/rebuild asks for.
bool have_rebuilt(const ImageObservation& seen);

/// Whether that wish is left for the index as well, because its own last build failed or was cancelled: equal images
/// would not make it anew.
bool asks_the_index_itself(const ImageObservation& seen);

/// The image with nothing in its spec but what its own build, that of the index, depends on: what is compiled, when it
/// is compiled again and how concerns the images of its platforms.
api::StavesImage without_what_platforms_build(const api::StavesImage& index);

}  // namespace staves::decide
