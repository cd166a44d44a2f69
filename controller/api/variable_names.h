#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace staves::api {

/// Why make.conf and environments may not set a variable ("must not set LD_PRELOAD, because ..."); empty when they may.
/// Refused is what would change who runs the build or where: the shell, the loader and interpreters of every program
/// of the build, the places of Portage, and how emerge runs. All else is an ebuild's to read.
std::string refusal_of_variable(std::string_view name);

/// The names, and the beginnings of names, that are refused.
std::vector<std::string> names_of_refused_variables();

}  // namespace staves::api
