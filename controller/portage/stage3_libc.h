#pragma once

#include <filesystem>
#include <string>

namespace staves::portage {

/// "glibc-2.42-r1" or "musl-1.2.5": the libc of the stage3 as its package database names it; "unknown" when it names
/// none.
std::string libc_of(const std::filesystem::path& system);

}  // namespace staves::portage
