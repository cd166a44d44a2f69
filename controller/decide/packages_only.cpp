#include "decide/packages_only.h"

#include "decide/image_status.h"
#include "decide/reason_schedule.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

bool differ_in_the_tree_alone(const api::BuildInputs& was, const Inputs& is) {
  auto document = base::parse_json(is.document);
  if (was.document.empty() || !document) return false;
  base::Json before = document_of(was);
  before.erase("tree");
  document->erase("tree");
  return before == *document;
}

}  // namespace

bool only_if_packages_change(const api::StavesImage& image, const api::StavesImageStatus& last, const Inputs& inputs,
                             const std::vector<api::ReasonToBuild>& reasons) {
  if (image.spec.rebuild.on_tree_change != api::OnTreeChange::WhenPackagesChange) return false;
  if (reasons.size() != 1 || reasons.front().reason != api::BuildReason::Tree) return false;
  if (!last.image || last.image->packages_digest.empty()) return false;
  if (!differ_in_the_tree_alone(last.build.inputs, inputs)) return false;
  if (is_running(last.build)) return last.build.only_if_packages_change;
  const bool ended_well = !last.build.failure && !last.build.cancelled;
  return ended_well && last.image->inputs_digest == last.build.inputs.digest;
}

bool still_only_if_packages_change(const api::RebuildPolicy& policy, const api::BuildStatus& build,
                                   base::TimePoint now) {
  return build.only_if_packages_change && !schedule_came(policy, build.queued_time.value_or(now), now);
}

}  // namespace staves::decide
