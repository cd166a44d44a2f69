#pragma once

#include <string>
#include <string_view>

namespace staves::portage {

/// "category/name" of an atom or a CPV with operator, version, slot, USE conditions or repository:
/// ">=dev-lang/python-3.12:3.12[ssl]" gives "dev-lang/python". Empty for a set ("@system") and for what has no
/// category. Source: PMS, Names: a name never ends in a hyphen and a version.
std::string package_name(std::string_view atom);

}  // namespace staves::portage
