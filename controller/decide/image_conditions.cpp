#include "decide/image_conditions.h"

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
  return standing.reason == ReadyReason::Building ? ConditionStatus::Unknown : ConditionStatus::False;
}

}  // namespace

void set_image_conditions(const api::StavesImage& image, api::StavesImageStatus& status, const BuilderView& builder,
                          bool current, const Standing& standing, base::TimePoint now) {
  const auto put = [&](std::string type, ConditionStatus value, ReadyReason reason, std::string message) {
    api::set_condition(status.conditions,
                       {.type = std::move(type),
                        .status = value,
                        .reason = std::string(api::to_string(reason)),
                        .message = std::move(message),
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
