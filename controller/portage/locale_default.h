#pragma once

#include <filesystem>

#include "base/result.h"

namespace staves::portage {

/// Gives a root with glibc the locale C.UTF-8 of the stage3, when no package brought it: programs fall back to ASCII
/// without it. Gives whether the root has it now; false is harmless and only worth a word in the log. musl needs none.
/// Errors: FileUnwritable (retry: never).
base::Result<bool> ensure_default_locale(const std::filesystem::path& system, const std::filesystem::path& rootfs);

}  // namespace staves::portage
