#include "decide/retry_time.h"

#include <algorithm>

namespace staves::decide {
namespace {

using std::chrono::minutes;

constexpr minutes first_delay{5};
constexpr minutes longest_delay{60};

/// Builds before this one had other inputs, or were not the cause of it.
bool began_a_row(const api::PastBuild& build) {
  const auto retry = api::to_string(api::BuildReason::Retry);
  return std::ranges::any_of(build.reasons, [&](const std::string& reason) { return reason != retry; });
}

int failures_in_a_row(const std::vector<api::PastBuild>& history) {
  int row = 0;
  for (const api::PastBuild& build : history) {
    const auto why = api::failure_class_from(build.failure_class);
    if (build.succeeded || (why && api::only_user_can_mend(*why))) break;
    ++row;
    if (began_a_row(build)) break;
  }
  return std::max(row, 1);
}

}  // namespace

std::optional<base::TimePoint> retry_time(const api::StavesImageStatus& status, const Inputs& inputs) {
  const api::BuildStatus& last = status.build;
  if (!last.failure || !last.completion_time || last.inputs.digest != inputs.digest) return std::nullopt;
  if (settings_changed(last.inputs, inputs)) return last.completion_time;
  if (api::only_user_can_mend(last.failure->failure_class)) return std::nullopt;
  minutes delay = first_delay;
  for (int again = 1; again < failures_in_a_row(status.history) && delay < longest_delay; ++again) delay *= 2;
  return *last.completion_time + std::min(delay, longest_delay);
}

}  // namespace staves::decide
