#include "decide/packages_only.h"

#include "decide/image_status.h"

namespace staves::decide {

bool only_if_packages_change(const api::StavesImage& image, const api::StavesImageStatus& last,
                             const std::vector<api::ReasonToBuild>& reasons) {
  if (image.spec.rebuild.on_tree_change != api::OnTreeChange::WhenPackagesChange) return false;
  if (reasons.size() != 1 || reasons.front().reason != api::BuildReason::Tree) return false;
  if (!last.image || last.image->packages_digest.empty()) return false;
  if (is_running(last.build)) return last.build.only_if_packages_change;
  return last.image->inputs_digest == last.build.inputs.digest;
}

}  // namespace staves::decide
