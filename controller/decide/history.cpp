#include "decide/history.h"

#include <algorithm>

#include "decide/image_status.h"

namespace staves::decide {
namespace {

// They tell little, and must not push out those that made something.
constexpr std::int64_t most_unchanged = 1;

bool remembers(const std::vector<api::PastBuild>& history, std::int64_t number) {
  return std::ranges::find(history, number, &api::PastBuild::number) != history.end();
}

/// The Job of a build that was cancelled is of no use to anybody.
bool was_cancelled(const api::StavesImageStatus& status, std::int64_t number) {
  const auto past = std::ranges::find(status.history, number, &api::PastBuild::number);
  return past != status.history.end() && past->cancelled;
}

bool is_spent(const api::BuildJob& job, const api::StavesImageStatus& status) {
  const api::BuildStatus& build = status.build;
  const std::int64_t number = job.number;
  if (job.meta.deleting || number > build.number) return false;
  if (was_cancelled(status, number)) return true;
  const bool finished = job.complete || job.has_failed;
  if (job.meta.name == build.job_name) return finished && !is_running(build) && !remembers(status.history, number);
  // Its Job may say Complete seconds after its outcome was recorded: what is remembered stays, finished or not.
  return !remembers(status.history, number);
}

}  // namespace

void remember_build(api::StavesImageStatus& status) {
  const api::BuildStatus& build = status.build;
  if (remembers(status.history, build.number)) return;
  api::PastBuild past;
  past.number = build.number;
  for (const api::ReasonToBuild& reason : build.reasons) past.reasons.emplace_back(api::to_string(reason.reason));
  past.succeeded = !build.failure && !build.cancelled;
  past.unchanged = build.packages_unchanged;
  past.cancelled = build.cancelled;
  if (build.failure) {
    past.failure_class = api::to_string(build.failure->failure_class);
  } else if (status.image && past.succeeded) {
    past.digest = status.image->digest;
  }
  past.completion_time = build.completion_time;
  if (build.start_time && build.completion_time) {
    const auto took = std::chrono::duration_cast<std::chrono::seconds>(*build.completion_time - *build.start_time);
    past.seconds = std::max<std::int64_t>(took.count(), 0);
  }
  status.history.insert(status.history.begin(), std::move(past));
}

void trim_history(std::vector<api::PastBuild>& history, const api::StavesImageSpec& spec) {
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t unchanged = 0;
  std::erase_if(history, [&](const api::PastBuild& build) {
    if (build.unchanged) return ++unchanged > std::min(most_unchanged, spec.history_succeeded);
    return build.succeeded ? ++succeeded > spec.history_succeeded : ++failed > spec.history_failed;
  });
}

std::vector<Delete> delete_spent_jobs(const ImageObservation& seen) {
  std::vector<Delete> deletions;
  for (const auto& job : seen.jobs) {
    if (!is_spent(*job, seen.wanted->status)) continue;
    deletions.push_back({{api::job_kind(), job->meta.name_space, job->meta.name, job->meta.uid}});
  }
  std::ranges::sort(deletions, {}, [](const Delete& deletion) { return deletion.object.name; });
  return deletions;
}

}  // namespace staves::decide
