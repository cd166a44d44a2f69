#pragma once

#include "api/object.h"
#include "base/json.h"
#include "base/result.h"

namespace staves::api {

/// `metadata` of an object of the API server.
/// Errors: MalformedObject (retry: never) without a name, a namespace or a uid: nothing could be said about such an
/// object.
base::Result<ObjectMeta> parse_metadata(const base::Json& object);

}  // namespace staves::api
