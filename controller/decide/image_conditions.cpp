#include "decide/image_conditions.h"

#include <string_view>

#include "decide/sentence.h"

namespace staves::decide {
namespace {

using api::ConditionStatus;
using api::ReadyReason;

std::string built_message(const api::StavesImageStatus& status) {
  std::string message = "the registry holds " + status.image->reference;
  const api::BuildStatus& last = status.build;
  if (last.failure && last.inputs.digest == status.image->inputs_digest) message += "; " + build_failed(last);
  return message;
}

ConditionStatus status_of(const Standing& standing) {
  const bool is_under_way = standing.reason == ReadyReason::Building || standing.reason == ReadyReason::Queued ||
                            standing.reason == ReadyReason::LookingUp;
  return is_under_way ? ConditionStatus::Unknown : ConditionStatus::False;
}

}  // namespace

void set_tag_shared(const api::StavesImage& image, api::StavesImageStatus& status, const std::string& shared,
                    base::TimePoint now) {
  constexpr const char* type = "TagShared";
  if (shared.empty()) {
    api::remove_condition(status.conditions, type);
    return;
  }
  api::set_condition(status.conditions,
                     {.type = type,
                      .status = ConditionStatus::True,
                      .reason = "PushedByAnother",
                      .message = shared,
                      .observed_generation = image.meta.generation,
                      .last_transition_time = {}},
                     now);
}

void set_image_conditions(const api::StavesImage& image, api::StavesImageStatus& status, const BuilderView& builder,
                          bool current, const Standing& standing, base::TimePoint now) {
  const auto put = [&](std::string_view type, ConditionStatus value, ReadyReason reason, std::string_view message) {
    api::set_condition(status.conditions,
                       {.type = type,
                        .status = value,
                        .reason = std::string(api::to_string(reason)),
                        .message = message,
                        .observed_generation = image.meta.generation,
                        .last_transition_time = {}},
                       now);
  };
  const auto put_while = [&](bool holds, const char* type) {
    if (holds) {
      put(type, ConditionStatus::True, standing.reason, standing.message);
    } else {
      api::remove_condition(status.conditions, type);
    }
  };
  if (current) {
    put("Ready", ConditionStatus::True, ReadyReason::Built, built_message(status));
  } else {
    put("Ready", status_of(standing), standing.reason, standing.message);
  }
  put_while(standing.reconciling, "Reconciling");
  put_while(standing.stalled, "Stalled");
  put("BuilderReady", builder.usable ? ConditionStatus::True : ConditionStatus::False, builder.reason, builder.message);
}

}  // namespace staves::decide
