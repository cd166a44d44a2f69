#pragma once

#include <string>
#include <vector>

#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::decide {

/// The StavesImage that a builder with packages is made of: `<builder, at most 36 characters>-stage3-<8 hex digits of
/// its uid>`. Source: design/0008-builders-made-by-builders.md.
std::string own_image_name(const api::StavesBuilder& builder);

/// What its spec has to be. The builder must have packages.
api::StavesImageSpec own_image_spec(const api::StavesBuilderSpec& builder);

/// Whether the image of that name belongs to somebody else.
bool own_name_is_taken(const BuilderObservation& seen);

/// Makes the image, changes it to what the builder's spec says now, or deletes it once there are no packages any more.
/// None while it is as it has to be, and of a builder that nothing can be made of: one in a circle, or suspended and
/// without an image.
std::vector<Action> keep_own_image(const BuilderObservation& seen);

}  // namespace staves::decide
