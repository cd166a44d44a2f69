#include "decide/see_toolchain.h"

#include "decide/image_reference.h"

namespace staves::decide {

api::Toolchain see_toolchain(const std::vector<std::shared_ptr<const api::StavesImage>>& images,
                             const std::optional<api::ResolvedImage>& stage3, const api::StavesBuilderStatus& known) {
  if (!stage3) return {};
  const api::BuildStatus* newest = nullptr;
  for (const auto& image : images) {
    const api::BuildStatus& build = image->status.build;
    const bool tells =
        build.completion_time && build.inputs.toolchain && pinned_digest(build.inputs.stage3.text()) == stage3->digest;
    if (tells && (newest == nullptr || *newest->completion_time < *build.completion_time)) newest = &build;
  }
  if (newest != nullptr) return *newest->inputs.toolchain;
  return known.stage3 && known.stage3->digest == stage3->digest ? known.toolchain : api::Toolchain{};
}

}  // namespace staves::decide
