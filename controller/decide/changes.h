#pragma once

#include <string>
#include <vector>

#include "api/reason.h"
#include "base/json.h"

namespace staves::decide {

/// What differs between two values, in the order of the paths: at most 16 changes, `path` in front of each.
/// Members of objects and the items of lists that are keyed by `atom` or `name` are compared one by one
/// ("packageConfig[app-shells/bash].use"); all else is compared whole. A list that is not there shows as [], everything
/// else that is not there as null.
std::vector<api::Change> changes_between(const base::Json& was, const base::Json& is, const std::string& path);

}  // namespace staves::decide
