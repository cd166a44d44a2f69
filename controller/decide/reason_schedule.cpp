#include "decide/reason_schedule.h"

#include "api/cron_schedule.h"

namespace staves::decide {
namespace {

std::optional<base::TimePoint> first_time_after(const api::RebuildPolicy& policy, base::TimePoint since) {
  if (policy.schedule.empty()) return std::nullopt;
  const auto schedule = api::parse_cron_schedule(policy.schedule);
  if (!schedule) return std::nullopt;  // such an image is invalid, and nothing of it is built
  return api::next_time(*schedule, since);
}

}  // namespace

std::optional<api::ReasonToBuild> reason_schedule(const Comparison& compared) {
  const auto due = schedule_time(compared.image.spec.rebuild, compared.last.build);
  if (!due || compared.now < *due) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Schedule, {}};
}

std::optional<base::TimePoint> schedule_time(const api::RebuildPolicy& policy, const api::BuildStatus& last) {
  if (last.number == 0 || !last.completion_time) return std::nullopt;
  const base::TimePoint queued = last.queued_time.value_or(*last.completion_time);
  return first_time_after(policy, last.start_time.value_or(queued));
}

bool schedule_came(const api::RebuildPolicy& policy, base::TimePoint since, base::TimePoint now) {
  const auto time = first_time_after(policy, since);
  return time && *time <= now;
}

}  // namespace staves::decide
