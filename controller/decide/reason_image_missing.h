#pragma once

#include <chrono>
#include <optional>

#include "decide/observation.h"
#include "decide/reasons.h"

namespace staves::decide {

/// ImageMissing: the registry had the image and has it no more. Not after a failed or cancelled build of the same
/// inputs before that is tried again.
std::optional<api::ReasonToBuild> reason_image_missing(const Comparison& compared);

/// Whether the image of the status is gone: the registry says so of one that it once showed to anybody who asks, or a
/// build that was to bring it back has not succeeded yet. A registry that does not answer or wants a login says
/// nothing.
bool image_is_gone(const api::StavesImageStatus& status, const TagLookup& published);

/// Notes that the registry shows the image. `published` must be about `image`.
void note_seen(api::BuiltImage& image, const TagLookup& published, base::TimePoint now);

/// How often the registry is asked for an image: as often as the builder looks up its tags, every 5 minutes at most.
std::chrono::seconds between_looks(const api::StavesBuilder& builder);

}  // namespace staves::decide
