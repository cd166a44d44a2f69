#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "portage/merge_list.h"

namespace staves::portage {

/// The digest of the binary packages that a root is made of: each by its CPV and the digest of its file, so that equal
/// sets are the same files. Empty when a package of the root did not come as a binary package, or made none.
/// Shape:  "sha256:..."
std::string package_set_digest(const std::filesystem::path& database);

/// What that digest will be once emerge has merged what it lists into the root. Empty when something of it is to be
/// compiled or is not in `index`, the text of PKGDIR/Packages.
std::string package_set_digest(const std::filesystem::path& database, const std::vector<PlannedMerge>& list,
                               std::string_view index);

}  // namespace staves::portage
