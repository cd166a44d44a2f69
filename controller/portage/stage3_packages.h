#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "api/plan.h"
#include "portage/merge_list.h"

namespace staves::portage {

/// Whether packages of the stage3 may stand for packages of this build: neither builder nor image sets anything that
/// decides a package's bits without Portage comparing it.
bool builds_as_the_stage3(const api::Plan& plan);

/// CPVs of the list that would be compiled for the image though the stage3 has them installed from the ebuild tree of
/// the name `tree`: of an overlay nobody knows at which revision, and live ebuilds are built anew. Whether their USE
/// flags fit, Portage decides once they are packed.
std::vector<std::string> in_stage3(const std::filesystem::path& system, const std::vector<PlannedMerge>& list,
                                   const std::string& tree);

/// Whether a package of the stage3 is as it was built: every file that its package database names is there and has its
/// checksum, configuration included.
bool is_as_built(const std::filesystem::path& system, const std::string& cpv);

/// Packs them, which are as they were built, into the partition that make.conf names, by Portage's own means. What
/// cannot be packed is compiled.
void pack_stage3_packages(const std::vector<std::string>& cpvs, const std::stop_token& stop);

}  // namespace staves::portage
