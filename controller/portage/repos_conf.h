#pragma once

#include <filesystem>
#include <string>

#include "api/plan.h"
#include "base/result.h"
#include "portage/overlays.h"
#include "portage/paths.h"

namespace staves::portage {

/// Checks that the ebuild tree is really there: an image volume of a cluster without the feature is an empty directory.
/// Errors: TreeMissing (retry: soon), with what to do.
base::Done check_tree(const Paths& paths, const api::PlanTree& tree);

/// The name that the ebuild tree gives itself.
std::string tree_name(const Paths& paths, const api::PlanTree& tree);

/// Tells Portage where the ebuild tree and the overlays are: one section for each repository.
/// Errors: those of write_file_atomically.
base::Done write_repos_conf(const Paths& paths, const api::PlanTree& tree, const std::vector<Overlay>& overlays = {});

/// Points make.profile into the tree: to `wanted`, or to the stage3's own profile when `wanted` is empty.
/// Gives the profile's name, e.g. "default/linux/amd64/23.0".
/// Errors: ProfileMissing (retry: when the spec changes); FileUnwritable (never).
base::Result<std::string> select_profile(const Paths& paths, const api::PlanTree& tree, const std::string& wanted);

}  // namespace staves::portage
