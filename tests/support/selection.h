#pragma once

#include <string>

#include "base/json.h"
#include "kube/resource.h"

namespace staves::test {

/// Which object this is.
kube::ObjectKey key_in(const base::Json& object);

/// By a selector of the form "key=value"; an empty one takes all.
bool is_selected(const base::Json& object, const std::string& label_selector);

/// Of the selectors by field only that of one name; the others take all.
bool is_named(const kube::ObjectKey& key, const std::string& field_selector);

/// An empty namespace takes all.
bool is_in(const kube::ObjectKey& key, const std::string& name_space);

}  // namespace staves::test
