#include "decide/reason_trigger.h"

#include "decide/labels.h"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_trigger(const Comparison& compared) {
  const api::StavesImage& image = compared.image;
  const std::string asked = trigger_of(image);
  // The first build does what a trigger asks for anyway.
  const bool something_was_built = compared.last.build.number > 0 || compared.image_is_current;
  if (asked.empty() || asked == compared.last.last_trigger || !something_was_built) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Trigger, {}};
}

std::string trigger_of(const api::StavesImage& image) {
  const auto found = image.meta.annotations.find(std::string(annotation::rebuild));
  return found == image.meta.annotations.end() ? std::string{} : found->second;
}

}  // namespace staves::decide
