#pragma once

#include <optional>
#include <string_view>

#include "api/toml_value.h"

namespace staves::api {

/// Where a line of a TOML text has the first dot outside of strings and comments beyond 16; nothing when no line has.
/// Each such dot may be a table in a table, and a parser that builds those recursively has no limit of its own.
std::optional<TextPosition> nested_too_deeply(std::string_view text);

}  // namespace staves::api
