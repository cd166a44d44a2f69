#include "decide/reason_trigger.h"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_trigger(const Comparison& compared) {
  // The first build does what a trigger asks for anyway.
  const bool something_was_built = compared.last.build.number > 0 || compared.image_is_current;
  if (!something_was_built || !asks_for_a_build(compared.image, compared.last)) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Trigger, {}};
}

bool asks_for_a_build(const api::StavesImage& image, const api::StavesImageStatus& last) {
  return !image.rebuild.empty() && image.rebuild != last.last_trigger;
}

}  // namespace staves::decide
