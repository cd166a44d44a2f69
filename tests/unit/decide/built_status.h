#pragma once

#include <optional>
#include <vector>

#include "decide/inputs.h"
#include "support/makers.h"

namespace staves::decide::testing {

/// The status after a build of `was` that ended as told, at make::at().
inline api::StavesImageStatus built(const api::StavesImage& was, const api::StavesBuilder& builder,
                                    std::optional<api::FailureClass> failure = std::nullopt) {
  const Inputs inputs = inputs_of(was, builder);
  api::StavesImageStatus status;
  status.build.number = 1;
  status.build.inputs = recorded_inputs(inputs, was);
  status.build.completion_time = make::at();
  if (failure) {
    status.build.failure = api::Failure{};
    status.build.failure->failure_class = *failure;
  } else {
    status.image = api::BuiltImage{};
    status.image->inputs_digest = inputs.digest;
  }
  return status;
}

inline std::vector<api::BuildReason> kinds(const std::vector<api::ReasonToBuild>& reasons) {
  std::vector<api::BuildReason> kinds;
  for (const api::ReasonToBuild& reason : reasons) kinds.push_back(reason.reason);
  return kinds;
}

}  // namespace staves::decide::testing
