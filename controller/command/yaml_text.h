#pragma once

#include <string>

#include "base/json.h"

namespace staves::command {

/// A JSON value as YAML for people: members in the usual order of a manifest, texts quoted where another YAML reader
/// could take them for something else. Ends in a newline.
std::string yaml_text(const base::Json& value);

}  // namespace staves::command
