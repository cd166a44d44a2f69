#pragma once

#include <string>
#include <string_view>

namespace staves::decide {

/// The digest that a reference is pinned to: "sha256:..." of "name@sha256:...", or empty.
std::string_view pinned_digest(std::string_view reference);

/// "name@digest" of "name", "name:tag" or "name[:tag]@anything".
std::string with_digest(std::string_view reference, std::string_view digest);

}  // namespace staves::decide
