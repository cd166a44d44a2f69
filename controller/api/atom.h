#pragma once

#include <string_view>

namespace staves::api {

/// What an item of `packages` must be ("a package atom such as ..."), empty when the text is one: an atom or a set that
/// says something about an empty root file system.
std::string_view wanted_package(std::string_view text);

/// The same for the atom of a packageConfig entry, which may be a pattern such as dev-python/* but no set.
std::string_view wanted_atom(std::string_view text);

}  // namespace staves::api
