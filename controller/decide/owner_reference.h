#pragma once

#include "api/object.h"
#include "base/json.h"

namespace staves::decide {

/// The controlling owner of an object. `blockOwnerDeletion` stays false: true would need the right to write finalizers.
base::Json owner_reference(const api::Kind& kind, const api::ObjectMeta& owner);

/// "group/version", or "version" for the core group.
std::string api_version(const api::Kind& kind);

}  // namespace staves::decide
