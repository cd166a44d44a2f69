#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"

namespace staves::decide {

/// What the builder's stage3 compiles with, as the newest of its images' builds with that stage3 found it. `known` is
/// what the builder's status says of the stage3 that it says there: kept when no build says anything newer, forgotten
/// with another stage3.
api::Toolchain see_toolchain(const std::vector<std::shared_ptr<const api::StavesImage>>& images,
                             const std::optional<api::ResolvedImage>& stage3, const api::StavesBuilderStatus& known);

}  // namespace staves::decide
