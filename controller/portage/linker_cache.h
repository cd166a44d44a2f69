#pragma once

#include <filesystem>

#include "base/result.h"

namespace staves::portage {

/// Gives a root with glibc an /etc/ld.so.conf that names its library directories, when none of the packages brought
/// one. Errors: those of write_file_atomically.
base::Done ensure_linker_configuration(const std::filesystem::path& rootfs);

/// Writes /etc/ld.so.cache of the root with the stage3's ldconfig.
/// Errors: SpawnFailed (retry: never); CommandFailed (never).
base::Done write_linker_cache(const std::filesystem::path& rootfs);

}  // namespace staves::portage
