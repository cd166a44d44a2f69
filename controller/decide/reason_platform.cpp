#include "decide/reason_platform.h"

#include "decide/changes.h"
#include "nlohmann/json.hpp"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_platform(const Comparison& compared) {
  if (compared.image_is_current || compared.last.build.number == 0) return std::nullopt;
  const base::Json none = base::Json::object();
  auto changes = changes_between(compared.was.value("images", none), compared.is.value("images", none), "images");
  if (changes.empty()) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Platform, std::move(changes)};
}

}  // namespace staves::decide
