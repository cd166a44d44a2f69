#pragma once

#include <filesystem>

#include "base/result.h"

namespace staves::portage {

/// Copies a program so that another container may run it (mode 0755), whole or not at all.
/// Errors: FileUnreadable, FileUnwritable (retry: never), DiskFull (soon).
base::Done install_program(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace staves::portage
