#pragma once

#include <optional>
#include <string>

#include "decide/image_conditions.h"
#include "decide/observation.h"

namespace staves::decide {

/// What keeps the index from being made: an image that is not there, not built, or somebody else's, the one that needs
/// the user first. Nothing when all are built.
std::optional<Standing> standing_of_platforms(const ImageObservation& seen);

/// Where it stands when the API server refuses to make the first image that is not there, for the reason `why`; nothing
/// when all are there.
std::optional<Standing> standing_when_image_refused(const ImageObservation& seen, const std::string& why);

/// Whether every image of the index has done what its annotation staves.dev/rebuild asks for.
bool have_rebuilt(const ImageObservation& seen);

/// Whether that wish is left for the index itself, now that its images are built: equal images would not make it anew,
/// and yet its tags may stand for something else by now.
bool asks_the_index_itself(const ImageObservation& seen);

}  // namespace staves::decide
