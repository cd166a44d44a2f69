#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "portage/overlays.h"
#include "portage/paths.h"

namespace staves::portage {

/// Binary packages of the ebuild tree that it has no ebuild for any more. Portage would take them all the same, so that
/// what a build gives would depend on what somebody built before.
struct GonePackages {
  std::vector<std::string> names;     ///< "category/name" of which no ebuild is left anywhere
  std::vector<std::string> versions;  ///< CPVs of others
};

/// Those of `index`, the text of PKGDIR/Packages. `repository` is the name of the tree at `location`.
GonePackages gone_packages(const Paths& paths, std::string_view index, const std::string& repository,
                           const std::string& location, const std::vector<Overlay>& overlays);

}  // namespace staves::portage
