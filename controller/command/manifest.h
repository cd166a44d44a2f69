#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace staves::command {

/// The objects of a manifest in YAML or JSON, several documents and lists of kind List included.
/// Limits: 1 MiB, 64 levels, 100,000 values (aliases counted as often as they are used).
/// Errors: BadInput with the line.
base::Result<std::vector<base::Json>> parse_manifest(std::string_view text);

}  // namespace staves::command
