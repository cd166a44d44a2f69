#pragma once

#include "decide/observation.h"
#include "operate/tag_resolver.h"

namespace staves::operate {

/// What its registry says of the image that the last good build left, asked by digest and without credentials; waits
/// for nothing. Empty when there is no such image, nobody to ask for, or the image or its builder is suspended.
decide::TagLookup look_up_published(const decide::ImageObservation& seen, const Route& route, TagResolver& published);

}  // namespace staves::operate
