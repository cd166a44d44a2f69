#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/json.h"

namespace staves::api {

/// openAPIV3Schema of the only version in crds/<file>.
base::Json read_schema(const std::string& file);

/// Calls `visit` for every property below a schema, with its path: "spec.packageConfig[].atom", "spec.makeConf{}".
/// Does not enter what Kubernetes itself defines (resources, tolerations, ...): see is_opaque.
void for_each_property(const base::Json& schema, const std::string& path,
                       const std::function<void(const std::string&, const base::Json&)>& visit);

/// Whether our types keep this member as it is, as JSON that is only handed on to a pod.
bool is_opaque(const std::string& path);

/// A value of the schema in which every leaf is there and is not its default. `fixed` has values for paths that allow
/// only some.
base::Json sample_of(const base::Json& schema, const std::string& path, const std::map<std::string, base::Json>& fixed);

/// The same document with another value at a path such as "spec.packageConfig[].atom", in the first item of each list.
base::Json with_value(base::Json document, const std::string& path, const base::Json& value);

/// The value at such a path, or null.
base::Json value_at(const base::Json& document, const std::string& path);

}  // namespace staves::api
