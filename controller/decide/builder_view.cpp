#include "decide/builder_view.h"

namespace staves::decide {
namespace {

using api::ConditionStatus;

bool resolves(const std::optional<api::ResolvedImage>& resolved, const std::string& reference) {
  return resolved && resolved->reference == reference && !resolved->digest.empty();
}

bool has_digests(const api::StavesBuilder& builder) {
  // What another builder gives has the name that it has there.
  const bool has_stage3 = builder.spec.from.empty() ? resolves(builder.status.stage3, builder.spec.stage3_image)
                                                    : builder.status.stage3 && !builder.status.stage3->digest.empty();
  return has_stage3 && resolves(builder.status.tree, builder.spec.snapshot_image);
}

/// The condition that keeps builds from starting, or null.
const api::Condition* obstacle(const api::StavesBuilder& builder) {
  const api::Condition* ready = api::find_condition(builder.status.conditions, "Ready");
  if (ready != nullptr && ready->status != ConditionStatus::True) return ready;
  const api::Condition* cache = api::find_condition(builder.status.conditions, "CacheReady");
  // Unknown is a claim that waits for its first pod.
  if (cache != nullptr && cache->status == ConditionStatus::False) return cache;
  return nullptr;
}

BuilderView not_ready(const api::StavesBuilder& builder, const std::string& why) {
  return {.inputs_known = !builder.invalid && has_digests(builder),
          .reason = api::ReadyReason::BuilderNotReady,
          .message = "StavesBuilder " + builder.meta.name + " is not ready: " + why};
}

}  // namespace

BuilderView view_builder(const api::StavesImage& image, const api::StavesBuilder* builder) {
  if (builder == nullptr) {
    return {.reason = api::ReadyReason::BuilderNotFound,
            .message = "there is no StavesBuilder " + image.spec.builder_name +
                       " in this namespace; create it or correct spec.builderRef"};
  }
  return view_builder(*builder);
}

BuilderView view_builder(const api::StavesBuilder& builder) {
  if (builder.invalid) return not_ready(builder, builder.invalid->message);
  if (builder.meta.deleting) return not_ready(builder, "it is being deleted");
  if (builder.spec.suspend) return not_ready(builder, "it is suspended (spec.suspend)");
  const bool looked_at = builder.status.observed_generation == builder.meta.generation;
  if (const api::Condition* condition = obstacle(builder); condition != nullptr && looked_at) {
    BuilderView view = not_ready(builder, condition->message);
    // A registry answers within seconds, and then there is something to say.
    view.changing = condition->reason == api::to_string(api::ReadyReason::LookingUp);
    return view;
  }
  const bool ready = api::find_condition(builder.status.conditions, "Ready") != nullptr;
  if (!looked_at || !ready || !has_digests(builder)) {
    BuilderView view = not_ready(builder, "its last change has not been looked at yet");
    view.inputs_known = view.inputs_known && looked_at;
    view.changing = true;
    return view;
  }
  return {.usable = true, .inputs_known = true, .message = "StavesBuilder " + builder.meta.name + " is ready"};
}

}  // namespace staves::decide
