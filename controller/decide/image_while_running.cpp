#include <algorithm>

#include "decide/history.h"
#include "decide/image_round.h"
#include "decide/image_status.h"
#include "decide/read_build.h"
#include "decide/reason_trigger.h"
#include "decide/reasons.h"
#include "decide/render_job.h"
#include "decide/sentence.h"

namespace staves::decide {
namespace {

using api::ReadyReason;

constexpr std::chrono::seconds progress_interval{5};
constexpr std::chrono::seconds pending_interval{15};  // nothing may ever happen to a Job that gets no pod

const api::BuildJob* job_of(const ImageRound& round) {
  const api::BuildStatus& build = round.next.build;
  for (const auto& job : round.seen.jobs) {
    if (job->meta.name == build.job_name && (build.job_uid.empty() || build.job_uid == job->meta.uid)) return job.get();
  }
  return nullptr;
}

/// Where the image stands after a build ended in this round; the next one is for the next round to start.
void stand_after_ending(ImageRound& round) {
  if (auto stopped_by = obstacle(round)) {
    round.standing = *std::move(stopped_by);
  } else {
    settle(round, reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now));
  }
}

void end_build(ImageRound& round, const BuildReading& reading) {
  record_ending(round.next, reading, *reading.ending, round.image().spec);
  const api::BuildStatus& build = round.next.build;
  round.summary = build.failure ? build_failed(build) : name_of_build(build) + " succeeded";
  stand_after_ending(round);
}

/// What a change or a wish that came while the build runs waits for.
std::string waits_behind(const ImageRound& round) {
  const api::BuildStatus& build = round.next.build;
  const bool changed = round.inputs && build.inputs.digest != round.inputs->digest;
  const bool asked = asks_for_a_build(round.image(), round.next);
  if (!changed && !asked) return {};
  const std::string what = changed ? "what changed since" : "the rebuild that staves.dev/rebuild asks for";
  return "; " + what + " waits for it (delete the Job " + build.job_name + " to go on at once)";
}

void stand_running(ImageRound& round) {
  const api::BuildStatus& build = round.next.build;
  const std::string waits = (build.waiting.empty() ? "" : "; it waits: " + build.waiting) + waits_behind(round);
  round.summary = name_of_build(build) + " runs, step " + std::string(api::to_string(build.step)) + waits;
  if (const api::StavesImage& image = round.image(); image.invalid) {
    round.standing = {.reason = ReadyReason::InvalidSpec, .message = image.invalid->message, .stalled = true};
    return;
  }
  round.standing = {.reason = ReadyReason::Building, .message = why_built(build) + waits, .reconciling = true};
}

/// The intent was recorded for inputs that nobody wants any more:
/// its Job has not come into view, or has done nothing yet.
void replace_intent(ImageRound& round) {
  api::BuildStatus& build = round.next.build;
  auto reasons =
      merged_reasons(build.reasons, reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now));
  const bool asked_for =
      std::ranges::find(reasons, api::BuildReason::Trigger, &api::ReasonToBuild::reason) != reasons.end();
  if (!is_current(round.next, *round.inputs) || asked_for) return start_build(round, std::move(reasons));
  // Withdrawn: what is wanted again is what the registry holds, and what the next build is compared with.
  build.inputs = recorded_inputs(*round.inputs, round.image());
  build.job_name.clear();
  build.job_uid.clear();
  build.waiting.clear();
  build.progress.reset();
  build.completion_time = round.seen.now;
  build.step = api::Step::Done;
  settle(round, {});
}

bool has_pod(const ImageRound& round, const api::BuildJob& job) {
  return std::ranges::any_of(round.seen.pods, [&](const auto& pod) { return pod->meta.owner_uid == job.meta.uid; });
}

/// Whether a pod of the Job compiles, or has compiled something that is still of use.
bool has_begun_to_emerge(const ImageRound& round, const api::BuildJob& job) {
  return std::ranges::any_of(round.seen.pods, [&](const auto& pod) {
    if (pod->meta.owner_uid != job.meta.uid || pod->phase == "Failed") return false;
    return std::ranges::any_of(pod->containers, [](const api::BuildContainer& container) {
      return container.name == "emerge" && (container.started || container.exit_code);
    });
  });
}

/// Takes the place of a Job that nobody wants as it is and that has nothing to lose yet: it may wait for ever, for an
/// image that does not exist or a node that no pod fits on, and the user has just corrected that, or asks for another.
bool replace_waiting_job(ImageRound& round, const api::BuildJob& job) {
  if (obstacle(round) || has_begun_to_emerge(round, job)) return false;
  const api::BuildStatus& build = round.next.build;
  if (build.inputs.digest != round.inputs->digest) {
    replace_intent(round);
  } else if (asks_for_a_build(round.image(), round.next)) {
    start_build(round, merged_reasons(build.reasons, {{api::BuildReason::Trigger, {}}}));
  } else if (is_rendered_otherwise(job, round.seen, *round.inputs, build)) {
    start_build(round, build.reasons);
  } else {
    return false;
  }
  if (!job.meta.deleting) {
    round.superseded = Delete{{api::job_kind(), job.meta.name_space, job.meta.name, job.meta.uid}};
  }
  return true;
}

void follow(ImageRound& round, const api::BuildJob& job) {
  const BuildReading reading = read_build(job, round.seen.pods, round.image(), round.seen.now);
  api::BuildStatus& build = round.next.build;
  if (reading.ending) {
    build.job_uid = job.meta.uid;
    return end_build(round, reading);
  }
  if (replace_waiting_job(round, job)) return;
  const api::BuildStatus before = build;
  follow_build(build, reading, round.seen.progress);
  // The uid alone is not worth a write of its own.
  if (build != before) build.job_uid = job.meta.uid;
  if (build.step == api::Step::Emerge) round.look_again_in = progress_interval;
  if (!has_pod(round, job) || job.has_failed || job.complete) round.look_again_in = pending_interval;
  stand_running(round);
}

BuildReading lost_job(const ImageRound& round, const std::string& besides) {
  api::Failure lost;
  lost.message = "the Job " + round.next.build.job_name + " was deleted while the build ran, and " + besides;
  BuildReading reading;
  reading.ending = Ending{round.seen.now, std::move(lost)};
  return reading;
}

/// The Job was seen and is gone.
void replace_lost_job(ImageRound& round) {
  api::BuildStatus& build = round.next.build;
  if (build.inputs.digest != round.inputs->digest) {
    const BuildReading lost = lost_job(round, "its inputs are no longer wanted");
    record_ending(round.next, lost, *lost.ending, round.image().spec);
    auto reasons = reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now);
    if (reasons.empty()) return settle(round, reasons);
    round.gave_way = build;
    return start_build(round, std::move(reasons));
  }
  const std::int64_t retries = round.image().spec.build.retries;
  if (build.attempt > retries) {
    return end_build(round, lost_job(round, "spec.build.retries (" + std::to_string(retries) + ") are used up"));
  }
  build = next_attempt(round.image(), build);
  build.inputs.settings = round.inputs->settings;  // the new Job is made with those of now
  make_job(round);
}

}  // namespace

void decide_while_running(ImageRound& round) {
  if (const api::BuildJob* job = job_of(round)) return follow(round, *job);
  if (auto stopped_by = obstacle(round)) {
    round.standing = *std::move(stopped_by);
    round.summary = round.standing.message;
    return;
  }
  api::BuildStatus& build = round.next.build;
  if (!build.job_uid.empty()) return replace_lost_job(round);
  if (build.inputs.digest != round.inputs->digest) return replace_intent(round);
  // What was refused is not what the spec says by now.
  if (round.image().status.observed_generation != round.image().meta.generation) build.waiting.clear();
  make_job(round);
}

}  // namespace staves::decide
