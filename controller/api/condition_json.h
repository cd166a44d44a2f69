#pragma once

#include "api/condition.h"
#include "api/fields.h"
#include "base/json.h"

namespace staves::api {

/// status.conditions; an empty list when there are none.
base::Json conditions_to_json(const Conditions& conditions);
Conditions read_conditions(const Fields& status);

}  // namespace staves::api
