#pragma once

#include <string>

#include "api/stavesimage.h"

namespace staves::command {

/// All about one image on one page: conditions, the build with its reasons, inputs, progress, metrics, warnings and
/// failure, and the history.
std::string status_page(const api::StavesImage& image, base::TimePoint now);

}  // namespace staves::command
