#include "decide/build_number.h"

#include <algorithm>

namespace staves::decide {

std::int64_t next_build_number(const ImageObservation& seen) {
  std::int64_t largest = seen.wanted->status.build.number;
  for (const auto& job : seen.jobs) largest = std::max(largest, job->number);
  return largest + 1;
}

}  // namespace staves::decide
