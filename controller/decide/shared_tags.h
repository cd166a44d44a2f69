#pragma once

#include <string>
#include <vector>

#include "decide/observation.h"

namespace staves::decide {

/// "repository:tag" of all that an image pushes, in its order. The tags in a staves.toml are not in the spec that the
/// API server has; of an image with one these are the tags that it last pushed.
std::vector<std::string> pushed_tags(const api::StavesImage& image);

/// Which tag another image pushes as well, and what to do; empty when there is none. Of several, the first by the
/// image's own order. An image of another namespace is not named.
std::string shared_tag(const ImageObservation& seen);

}  // namespace staves::decide
