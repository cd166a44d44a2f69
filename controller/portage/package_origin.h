#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "portage/binary_index.h"

namespace staves::portage {

/// The revision of its repository that a binary package was built from, by its own REPO_REVISIONS; empty: it does not
/// tell. Read out of the package once and remembered beside the packages, by the package's digest.
std::string origin_of(const std::filesystem::path& pkgdir, const BinaryPackage& package, const std::stop_token& stop);

}  // namespace staves::portage
