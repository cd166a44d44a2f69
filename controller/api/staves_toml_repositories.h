#pragma once

#include "api/toml_reader.h"
#include "base/json.h"

namespace staves::api {

/// [[repositories]] with name, type, uri and, beyond the predecessor's, branch, revision and priority: as
/// spec.repositories. An address such as git@host:team/overlay.git becomes ssh://git@host/team/overlay.git.
void read_toml_repositories(TomlReader& reader, const TomlMember& member, base::Json& spec);

}  // namespace staves::api
