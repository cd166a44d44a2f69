#include "decide/reasons.h"

#include <algorithm>

#include "decide/hold_back.h"
#include "decide/reason_builder.h"
#include "decide/reason_first.h"
#include "decide/reason_image_missing.h"
#include "decide/reason_platform.h"
#include "decide/reason_repository.h"
#include "decide/reason_retry.h"
#include "decide/reason_schedule.h"
#include "decide/reason_spec.h"
#include "decide/reason_tree.h"
#include "decide/reason_trigger.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using Reasons = std::vector<api::ReasonToBuild>;

constexpr auto checks = {reason_first,    reason_spec,     reason_builder,       reason_tree,    reason_repository,
                         reason_platform, reason_schedule, reason_image_missing, reason_trigger, reason_retry};

base::Json document_before(const api::BuildStatus& last) {
  return last.number > 0 ? document_of(last.inputs) : base::Json::object();
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

bool same_inputs_failed(const api::BuildStatus& last, const Inputs& inputs) {
  return last.number > 0 && (last.failure || last.cancelled) && last.inputs.digest == inputs.digest;
}

bool whatever_the_inputs(const Reasons& reasons) {
  return std::ranges::any_of(reasons, [](const api::ReasonToBuild& reason) {
    using enum api::BuildReason;
    return reason.reason == Schedule || reason.reason == ImageMissing || reason.reason == Trigger;
  });
}

Reasons reasons_held_back(const api::StavesImage& image, const api::StavesImageStatus& last, const Inputs& inputs) {
  const Inputs asked = with_held_back(inputs, image.spec.rebuild, last.build);
  if (asked.digest == inputs.digest) return {};
  const base::Json was = document_before(last.build);
  const auto is = base::parse_json(inputs.document).value_or(base::Json::object());
  const Comparison compared{image, last, inputs, was, is, false, false, {}};
  Reasons held;
  if (auto reason = reason_builder(compared); reason && !image.spec.rebuild.on_builder_change) {
    held.push_back(*std::move(reason));
  }
  const bool holds_tree = image.spec.rebuild.on_tree_change == api::OnTreeChange::Never;
  if (auto reason = reason_tree(compared); reason && holds_tree) held.push_back(*std::move(reason));
  return held;
}

Reasons reasons_to_build(const api::StavesImage& image, const api::StavesImageStatus& last, const Inputs& inputs,
                         base::TimePoint now, const TagLookup& published) {
  const Inputs asked = with_held_back(inputs, image.spec.rebuild, last.build);
  const base::Json was = document_before(last.build);
  const auto is = base::parse_json(asked.document).value_or(base::Json::object());
  const Comparison compared{image, last, asked, was, is, is_current(last, asked), image_is_gone(last, published), now};
  Reasons reasons;
  for (const auto check : checks) {
    if (auto reason = check(compared)) reasons.push_back(*std::move(reason));
  }
  // The last document was too large to be kept, or the last build left no image: what changed cannot be named.
  if (reasons.empty() && !compared.image_is_current && !same_inputs_failed(last.build, asked)) {
    reasons.push_back({api::BuildReason::Spec, {}});
  }
  if (reasons.empty()) return reasons;
  return merged_reasons(reasons, reasons_held_back(image, last, inputs));
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
