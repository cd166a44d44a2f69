#pragma once

#include "api/failure.h"
#include "api/fields.h"
#include "base/json.h"

namespace staves::api {

/// {class, package, phase, message, logTail}: as in a step's result and in status.build.failure. Empty texts are left
/// out.
base::Json failure_to_json(const Failure& failure);

/// A class that this version does not know reads as Internal.
Failure read_failure(const Fields& fields);

}  // namespace staves::api
