#pragma once

#include <cstdint>

#include "api/plan.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// Largest plan that fits beside the other annotations of a pod (all share 256 KiB).
inline constexpr std::size_t max_plan_bytes = 200U << 10U;

/// What the pod of a build is told. Everything comes from the specs and from `inputs`.
api::Plan render_plan(const ImageObservation& seen, const Inputs& inputs, std::int64_t number, std::int64_t attempt);

}  // namespace staves::decide
