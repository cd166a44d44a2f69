#include "decide/reasons.h"

#include <algorithm>

#include "decide/reason_builder.h"
#include "decide/reason_first.h"
#include "decide/reason_retry.h"
#include "decide/reason_spec.h"
#include "decide/reason_tree.h"
#include "decide/reason_trigger.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using Reasons = std::vector<api::ReasonToBuild>;

constexpr auto checks = {reason_first, reason_spec, reason_builder, reason_tree, reason_trigger, reason_retry};

bool same_inputs_failed(const api::BuildStatus& last, const Inputs& inputs) {
  return last.number > 0 && last.failure && last.inputs.digest == inputs.digest;
}

void merge_changes(api::ReasonToBuild& into, const api::ReasonToBuild& found) {
  for (const api::Change& change : found.changes) {
    const auto same = std::ranges::find(into.changes, change.path, &api::Change::path);
    if (same == into.changes.end()) {
      into.changes.push_back(change);
    } else {
      same->is = change.is;
    }
  }
  std::erase_if(into.changes, [](const api::Change& change) { return change.was == change.is; });
}

}  // namespace

bool is_current(const api::StavesImageStatus& status, const Inputs& inputs) {
  return status.image && status.image->inputs_digest == inputs.digest;
}

Reasons reasons_to_build(const api::StavesImage& image, const api::StavesImageStatus& last, const Inputs& inputs,
                         base::TimePoint now) {
  const base::Json was = last.build.number > 0 ? document_of(last.build.inputs) : base::Json::object();
  const auto is = base::parse_json(inputs.document).value_or(base::Json::object());
  const Comparison compared{image, last, inputs, was, is, is_current(last, inputs), now};
  Reasons reasons;
  for (const auto check : checks) {
    if (auto reason = check(compared)) reasons.push_back(*std::move(reason));
  }
  // The last document was too large to be kept, or the last build left no image: what changed cannot be named.
  if (reasons.empty() && !compared.image_is_current && !same_inputs_failed(last.build, inputs)) {
    reasons.push_back({api::BuildReason::Spec, {}});
  }
  return reasons;
}

Reasons merged_reasons(const Reasons& promised, const Reasons& found) {
  Reasons merged = promised;
  for (const api::ReasonToBuild& reason : found) {
    const auto same = std::ranges::find(merged, reason.reason, &api::ReasonToBuild::reason);
    if (same == merged.end()) {
      merged.push_back(reason);
    } else {
      merge_changes(*same, reason);
    }
  }
  return merged;
}

}  // namespace staves::decide
