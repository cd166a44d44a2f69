#include "decide/reason_spec.h"

#include "decide/changes.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

base::Json image_part(base::Json document) {
  for (const char* other : {"builder", "stage3", "tree", "revisions", "images"}) document.erase(other);
  return document;
}

}  // namespace

std::optional<api::ReasonToBuild> reason_spec(const Comparison& compared) {
  if (compared.image_is_current || compared.last.build.number == 0) return std::nullopt;
  const base::Json was = image_part(compared.was);
  if (was.empty()) return std::nullopt;  // the document was not kept
  auto changes = changes_between(was, image_part(compared.is), "");
  if (changes.empty()) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Spec, std::move(changes)};
}

}  // namespace staves::decide
