#include "decide/retry_time.h"

#include <algorithm>

namespace staves::decide {
namespace {

using std::chrono::minutes;

constexpr minutes first_delay{5};
constexpr minutes longest_delay{60};

bool failed_by_itself(const api::BuildStatus& last) {
  return last.failure && !api::only_user_can_mend(last.failure->failure_class);
}

}  // namespace

std::optional<base::TimePoint> retry_time(const api::BuildStatus& last, const Inputs& inputs) {
  if (!last.failure || !last.completion_time || last.inputs.digest != inputs.digest) return std::nullopt;
  if (settings_changed(last.inputs, inputs)) return last.completion_time;
  if (!failed_by_itself(last)) return std::nullopt;
  minutes delay = first_delay;
  for (std::int64_t before = 0; before < last.retry && delay < longest_delay; ++before) delay *= 2;
  return *last.completion_time + std::min(delay, longest_delay);
}

bool is_retry_alone(const std::vector<api::ReasonToBuild>& reasons) {
  return std::ranges::all_of(reasons,
                             [](const api::ReasonToBuild& reason) { return reason.reason == api::BuildReason::Retry; });
}

std::int64_t next_retry(const api::BuildStatus& last, const Inputs& inputs,
                        const std::vector<api::ReasonToBuild>& reasons) {
  const bool repeats = failed_by_itself(last) && !settings_changed(last.inputs, inputs) && is_retry_alone(reasons);
  return repeats ? last.retry + 1 : 0;
}

}  // namespace staves::decide
