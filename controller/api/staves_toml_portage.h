#pragma once

#include "api/toml_reader.h"
#include "base/json.h"

namespace staves::api {

/// Adds what `['category/name'] use = [...]` says to spec.packageConfig.
void read_toml_package(TomlReader& reader, const TomlMember& member, base::Json& spec);

/// Adds what `[env]` and `[env.NAME]` say to spec.makeConf and spec.environments.
void read_toml_env(TomlReader& reader, const TomlMember& member, base::Json& spec);

}  // namespace staves::api
