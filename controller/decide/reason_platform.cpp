#include "decide/reason_platform.h"

#include "decide/changes.h"
#include "nlohmann/json.hpp"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_platform(const Comparison& compared) {
  if (compared.image_is_current || compared.last.build.number == 0) return std::nullopt;
  if (became_another_kind(compared)) return std::nullopt;
  const base::Json none = base::Json::object();
  auto changes = changes_between(compared.was.value("images", none), compared.is.value("images", none), "images");
  if (changes.empty()) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Platform, std::move(changes)};
}

bool became_another_kind(const Comparison& compared) {
  return compared.was.contains("images") != compared.is.contains("images");
}

}  // namespace staves::decide
