#include "decide/reason_retry.h"

#include "decide/retry_time.h"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_retry(const Comparison& compared) {
  const auto due = retry_time(compared.last.build, compared.inputs);
  if (!due || compared.now < *due) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Retry, {}};
}

}  // namespace staves::decide
