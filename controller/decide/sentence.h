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

/// "KeywordMasked: app-misc/x-1 (resolve): message. Advice."
std::string how_failed(const api::Failure& failure);

/// "build 4 failed: " and how.
std::string build_failed(const api::BuildStatus& build);

}  // namespace staves::decide
