#pragma once

#include <cstdint>

#include "api/index_plan.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// What the pod of an index is told. All images of its platforms must be built.
api::IndexPlan render_index_plan(const ImageObservation& seen, const Inputs& inputs, std::int64_t number,
                                 std::int64_t attempt);

}  // namespace staves::decide
