#pragma once

#include "api/fields.h"
#include "api/stavesimage.h"

namespace staves::api {

/// `status` of a StavesImage, as lenient as possible: it is only a memory, and the next round mends it.
StavesImageStatus read_stavesimage_status(const Fields& status);

}  // namespace staves::api
