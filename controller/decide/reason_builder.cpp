#include "decide/reason_builder.h"

#include "decide/changes.h"
#include "decide/reason_platform.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

base::Json builder_part(const base::Json& document, bool with_settings) {
  base::Json part = base::Json::object();
  for (const char* name : {"builder", "stage3"}) {
    const auto value = document.find(name);
    if (value != document.end() && (with_settings || value->is_string())) part[name] = *value;
  }
  return part;
}

}  // namespace

std::optional<api::ReasonToBuild> reason_builder(const Comparison& compared) {
  if (compared.image_is_current || compared.last.build.number == 0) return std::nullopt;
  if (became_another_kind(compared)) return std::nullopt;
  // A document that was too large to be kept left only digests behind.
  const bool with_settings = compared.was.contains("packages");
  auto changes =
      changes_between(builder_part(compared.was, with_settings), builder_part(compared.is, with_settings), "");
  if (changes.empty()) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Builder, std::move(changes)};
}

}  // namespace staves::decide
