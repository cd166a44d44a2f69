#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "api/step_result.h"

namespace staves::portage {

/// What ebuilds said with class ERROR, package by package: merges that went well say such things too, so that they are
/// warnings. `name` is the name of an elog file ("cat:pf:20260101-000000.log").
std::vector<api::BuildWarning> elog_errors(std::string_view name, std::string_view text);

/// Those of all files in a directory, in the order of their names; at most 20.
std::vector<api::BuildWarning> elog_warnings(const std::filesystem::path& directory);

}  // namespace staves::portage
