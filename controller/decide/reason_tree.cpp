#include "decide/reason_tree.h"

#include "decide/changes.h"
#include "decide/reason_platform.h"
#include "nlohmann/json.hpp"

namespace staves::decide {

std::optional<api::ReasonToBuild> reason_tree(const Comparison& compared) {
  if (compared.image_is_current || compared.last.build.number == 0) return std::nullopt;
  if (became_another_kind(compared)) return std::nullopt;
  auto changes =
      changes_between(compared.was.value("tree", base::Json()), compared.is.value("tree", base::Json()), "tree");
  if (changes.empty()) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Tree, std::move(changes)};
}

}  // namespace staves::decide
