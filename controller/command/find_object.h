#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "command/setting.h"

namespace staves::command {

/// Names of all objects of a kind in the setting's namespace.
base::Result<std::vector<std::string>> names_of(const Setting& setting, const kube::ResourceType& type);

/// One object. Errors: NotFound with the names that there are, the nearest first.
base::Result<base::Json> find_object(const Setting& setting, const kube::ResourceType& type, const std::string& name);

/// "bash" of "bash", "simg/bash" or "stavesimage/bash".
std::string bare_name(std::string_view name);

}  // namespace staves::command
