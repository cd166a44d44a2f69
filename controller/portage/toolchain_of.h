#pragma once

#include <filesystem>
#include <string>

#include "api/toolchain.h"
#include "portage/toolchain_key.h"

namespace staves::portage {

/// What a build compiles with: what Portage and the compiler answered, and the versions that the stage3's package
/// database names.
api::Toolchain toolchain_of(const std::filesystem::path& system, const KnownToolchain& known,
                            const std::string& profile);

}  // namespace staves::portage
