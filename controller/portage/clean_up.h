#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace staves::portage {

/// Removes what a merge leaves behind in every root: backups and locks of account files, linker caches, what lies in
/// /tmp and /run. Errors: FileUnwritable (retry: never).
base::Done clean_up_root(const std::filesystem::path& rootfs);

/// Files that Portage put beside a configuration file instead of over it ("._cfg0000_name"), as paths in the image:
/// in a root that was empty they mean that two packages bring the same file.
std::vector<std::string> undecided_configuration(const std::filesystem::path& rootfs);

}  // namespace staves::portage
