#pragma once

#include <vector>

#include "api/stavesimage.h"
#include "base/time_point.h"
#include "decide/inputs.h"

namespace staves::decide {

/// Whether a build of `inputs` for these reasons makes no image when the packages would be those of status.image:
/// nothing but the ebuild tree differs from what the last build was made from, the spec leaves that to the packages
/// (spec.rebuild.onTreeChange), and the last build ended well and left status.image, of binary packages that are known.
/// `last` is what was before; a build that takes the place of one that has not ended may do so if that one may. Of a
/// document that was too large to be kept nobody knows what differs.
/// Source: design/0007-when-to-build-again.md.
bool only_if_packages_change(const api::StavesImage& image, const api::StavesImageStatus& last, const Inputs& inputs,
                             const std::vector<api::ReasonToBuild>& reasons);

/// Whether a build that waited for its place until now still may: not when a time of the schedule came meanwhile.
bool still_only_if_packages_change(const api::RebuildPolicy& policy, const api::BuildStatus& build,
                                   base::TimePoint now);

}  // namespace staves::decide
