#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace staves::portage {

/// Removes what only Portage and the tools of the merge need: backups of account files, caches, logs, locks, what lies
/// in /tmp and /run. What belongs to sys-apps/portage itself stays when that package is in the image. Errors:
/// FileUnwritable (retry: never).
base::Done clean_up_root(const std::filesystem::path& rootfs, bool has_portage);

/// Files that Portage put beside a configuration file instead of over it ("._cfg0000_name"), as paths in the image:
/// in a root that was empty they mean that two packages bring the same file.
std::vector<std::string> undecided_configuration(const std::filesystem::path& rootfs);

}  // namespace staves::portage
