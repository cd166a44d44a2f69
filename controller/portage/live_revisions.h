#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "api/step_result.h"
#include "portage/package_database.h"

namespace staves::portage {

/// The live ebuilds (PROPERTIES=live) among the packages of a root with the revision of their sources, as the eclasses
/// of git, Mercurial and Subversion leave it in the environment that Portage keeps of each package.
std::vector<api::LiveRevision> live_revisions(const std::filesystem::path& database,
                                              const InstalledPackages& installed);

/// The revision that such an environment tells, or empty.
std::string revision_in(std::string_view environment);

}  // namespace staves::portage
