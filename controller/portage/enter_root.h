#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace staves::portage {

/// Prepares a root that is about to get a test's own /tmp and /dev mounted into it while it is read-only: the
/// directories are there with the modes that the image needs, whoever made them first.
/// Errors: FileUnwritable (retry: never).
base::Done make_mount_points(const std::filesystem::path& rootfs);

/// Fills the /dev that is mounted into a root with null, zero, full, random and urandom, makes its /tmp everybody's.
/// Gives whether devices could be made; where they cannot (a user namespace), /dev/null is an ordinary file.
bool make_devices(const std::filesystem::path& rootfs);

/// Turns this process into a command inside of a root: without capabilities, and none can be gained. Returns only when
/// that fails: the exit code is 127 when the command is not there, 126 otherwise, and the reason is on standard error.
int enter_root(const std::filesystem::path& root, const std::string& directory,
               const std::vector<std::string>& command);

}  // namespace staves::portage
