#pragma once

#include <cstdint>

#include "decide/observation.h"

namespace staves::decide {

/// The number of a new build: one more than the largest in the status and on the Jobs that exist.
std::int64_t next_build_number(const ImageObservation& seen);

}  // namespace staves::decide
