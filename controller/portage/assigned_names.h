#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace staves::portage {

/// Names of the variables that a file in the syntax of make.conf assigns, or the files of a directory. Comments and
/// values name none. What such a file takes in by `source` counts, as long as its path is plain text below `system`.
/// A file that is not there or cannot be read assigns none: Portage says what is wrong with it.
std::set<std::string> assigned_names(const std::filesystem::path& system, const std::filesystem::path& path);

}  // namespace staves::portage
