#pragma once

#include <optional>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "decide/decision.h"

namespace staves::decide {

/// The merge patch that turns the status that was seen into `next`; nothing when they say the same.
std::optional<PatchStatus> status_patch(const api::StavesImage& seen, const api::StavesImageStatus& next);
std::optional<PatchStatus> status_patch(const api::StavesBuilder& seen, const api::StavesBuilderStatus& next);

/// How actions name these objects.
api::ObjectRef ref_to(const api::StavesImage& image);
api::ObjectRef ref_to(const api::StavesBuilder& builder);

}  // namespace staves::decide
