#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "portage/binary_index.h"
#include "portage/overlays.h"
#include "portage/paths.h"

namespace staves::portage {

/// Gives the revision of its repository that a binary package was built from; empty: not known.
using OriginOf = std::function<std::string(const BinaryPackage&)>;

/// The binary packages that this build must not take: their version would come from another repository now, or from an
/// overlay whose ebuild, files, Manifest or eclasses have changed since. Portage itself compares none of these.
/// `tree` is the name of the ebuild tree, whose packages are taken whatever its revision, as everywhere in Gentoo.
std::vector<BinaryPackage> other_binaries(const Paths& paths, const std::vector<BinaryPackage>& index,
                                          const std::vector<Overlay>& overlays, const std::string& tree,
                                          const OriginOf& origin_of);

/// Masks them one by one, by build id, and `gone` versions of the tree. Errors: those of add_portage_file.
base::Done mask_other_binaries(const Paths& paths, const std::filesystem::path& pkgdir, std::string_view index,
                               const std::vector<Overlay>& overlays, const std::string& tree,
                               const std::vector<std::string>& gone, const std::stop_token& stop);

}  // namespace staves::portage
