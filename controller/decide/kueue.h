#pragma once

#include <string>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"

namespace staves::decide {

/// The LocalQueue that decides when the image's Jobs may run: the image's own, or else its builder's; empty: none.
/// Source: design/0007-when-to-build-again.md, Kueue.
const std::string& kueue_queue_of(const api::StavesImage& image, const api::StavesBuilder& builder);

/// Why a suspended Job waits. `queue` is the name on the Job; empty: somebody else suspended it.
std::string kueue_sentence(const std::string& queue);

}  // namespace staves::decide
