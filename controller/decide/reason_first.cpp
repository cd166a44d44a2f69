#include "decide/reason_first.h"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_first(const Comparison& compared) {
  if (compared.last.build.number > 0 || compared.image_is_current) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::First, {}};
}

}  // namespace staves::decide
