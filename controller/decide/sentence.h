#pragma once

#include <string>
#include <vector>

#include "api/failure.h"
#include "api/reason.h"
#include "api/stavesimage.h"

namespace staves::decide {

/// "build 4", or "build 4, attempt 2".
std::string name_of_build(const api::BuildStatus& build);

/// "build 4 because packages was [...] and is [...]".
std::string why_built(const api::BuildStatus& build);

/// "; tree was ... and is ..., which waits for the next build because spec.rebuild.onTreeChange is Never"; empty when
/// nothing is held back.
std::string held_back(const std::vector<api::ReasonToBuild>& reasons);

/// "KeywordMasked: app-misc/x-1 (resolve): message. Advice."
std::string how_failed(const api::Failure& failure);

/// "build 4 was cancelled" and how to build again.
std::string build_cancelled(const api::StavesImage& image, const api::BuildStatus& build);

/// "build 4 succeeded", or what it found that made it leave the image as it is.
std::string build_ended_well(const api::BuildStatus& build);

/// "build 4 failed: " and how.
std::string build_failed(const api::BuildStatus& build);

}  // namespace staves::decide
