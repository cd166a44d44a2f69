#pragma once

#include <vector>

#include "api/stavesimage.h"

namespace staves::decide {

/// Whether a build for these reasons makes no image when the packages would be those of status.image: nothing but the
/// ebuild tree is another one, the spec leaves that to the packages (spec.rebuild.onTreeChange), and status.image was
/// made by the last build from binary packages that are known. `last` is what was before; a build that takes the place
/// of one that has not ended may do so if that one may.
/// Source: design/0007-when-to-build-again.md.
bool only_if_packages_change(const api::StavesImage& image, const api::StavesImageStatus& last,
                             const std::vector<api::ReasonToBuild>& reasons);

}  // namespace staves::decide
