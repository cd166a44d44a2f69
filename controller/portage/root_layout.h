#pragma once

#include <filesystem>

#include "base/result.h"

namespace staves::portage {

/// Gives an empty root the directories and links of the stage3 (/bin, /sbin, /lib, /lib32, /lib64, /usr/sbin):
/// merged-usr or split, with lib64 or, on musl, without. Packages install to /bin and /lib64 before any package makes
/// the links. Errors: FileUnwritable (retry: never).
base::Done lay_out_root(const std::filesystem::path& system, const std::filesystem::path& rootfs);

}  // namespace staves::portage
