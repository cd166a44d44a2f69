#include <algorithm>

#include "api/bounded_text.h"
#include "decide/history.h"
#include "decide/image_round.h"
#include "decide/image_status.h"
#include "decide/labels.h"
#include "decide/packages_only.h"
#include "decide/platform_images.h"
#include "decide/platform_standing.h"
#include "decide/pod_credentials.h"
#include "decide/queue.h"
#include "decide/read_build.h"
#include "decide/reason_trigger.h"
#include "decide/reasons.h"
#include "decide/refusal.h"
#include "decide/render_job.h"
#include "decide/sentence.h"

namespace staves::decide {
namespace {

using api::ReadyReason;

constexpr std::size_t most_waiting_bytes = 512;
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
    settle(round, reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now, round.seen.published));
  }
}

void end_build(ImageRound& round, const BuildReading& reading) {
  record_ending(round.next, reading, *reading.ending, round.image().spec);
  const api::BuildStatus& build = round.next.build;
  round.summary = build.failure ? build_failed(build) : build_ended_well(build);
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

/// "secret \"overlay-key\" not found", or that it lacks a key; empty when the pod waits for something else.
/// Source: the kubelet's events about volumes, "MountVolume.SetUp failed for volume ... : ...".
std::string missing_secret_of(const std::string& waiting) {
  const std::size_t at = waiting.rfind(" : ");
  std::string cause = at == std::string::npos ? waiting : waiting.substr(at + 3);
  const bool is_absent = cause.starts_with("secret \"") && cause.find(" not found") != std::string::npos;
  if (is_absent) return cause;
  constexpr std::string_view no_key = "references non-existent secret key: ";
  const std::size_t key = cause.find(no_key);
  return key == std::string::npos ? std::string() : "a Secret has no key " + cause.substr(key + no_key.size());
}

void stand_running(ImageRound& round) {
  const api::BuildStatus& build = round.next.build;
  const std::string waits = (build.waiting.empty() ? "" : "; it waits: " + build.waiting) + waits_behind(round);
  round.summary = name_of_build(build) + " runs, step " + std::string(api::to_string(build.step)) + waits;
  if (const api::StavesImage& image = round.image(); image.invalid) {
    round.standing = standing_when_unreadable(*image.invalid);
    return;
  }
  round.standing = {.reason = ReadyReason::Building, .message = why_built(build) + waits, .reconciling = true};
  if (const std::string missing = missing_secret_of(build.waiting); !missing.empty()) {
    round.standing.reason = ReadyReason::SecretNotFound;
    round.standing.message =
        missing + "; create it in this namespace, and " + name_of_build(build) + " goes on by itself";
  }
}

/// Kueue decides when it goes on.
void stand_suspended(ImageRound& round) {
  const api::BuildStatus& build = round.next.build;
  round.summary = name_of_build(build) + " waits: " + build.waiting;
  if (round.standing.reason == ReadyReason::Building) {
    round.standing = {.reason = ReadyReason::Queued,
                      .message = build.waiting + ": " + why_built(build) + waits_behind(round),
                      .reconciling = true};
  }
}

/// The intent was recorded for inputs that nobody wants any more:
/// its Job has not come into view, or has done nothing yet.
void replace_intent(ImageRound& round) {
  api::BuildStatus& build = round.next.build;
  auto reasons =
      merged_reasons(build.reasons, reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now));
  if (!is_current(round.next, *round.inputs) || whatever_the_inputs(reasons))
    return queue_build(round, std::move(reasons));
  // Withdrawn: what is wanted again is what the registry holds, and what the next build is compared with.
  build.inputs = recorded_inputs(*round.inputs, round.image());
  build.job_name.clear();
  build.job_uid.clear();
  build.waiting.clear();
  build.progress.reset();
  build.queue.reset();
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

/// A Job that Kueue has in its queue, or has just admitted from there, would begin at the end of it again: what comes
/// by itself follows after it.
bool keeps_its_turn(const ImageRound& round, const api::BuildJob& job) {
  if (!job.suspended && job.queue_name.empty()) return false;
  const auto reasons = reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now);
  return !reasons.empty() && std::ranges::all_of(reasons, [](const api::ReasonToBuild& reason) {
    using enum api::BuildReason;
    return reason.reason == Builder || reason.reason == Tree || reason.reason == Repository ||
           reason.reason == Platform;
  });
}

/// What a pod says has happened stays so, but what it does not say may only not have come into view. Whether the round
/// ends here, because what follows could not be taken back and the pods that it is concluded from come from a watch.
bool asks_for_current_pods(ImageRound& round, const api::BuildJob& job) {
  if (round.seen.pod_view == PodView::Current) return false;
  round.needs_current_pods = true;
  round.summary = "what the pods of Job " + job.meta.name + " say now decides about " + name_of_build(round.next.build);
  return true;
}

/// Why a Job that has not begun is not wanted as it is.
enum class Unwanted { Not, Inputs, Trigger, Rendering };

Unwanted why_unwanted(const ImageRound& round, const api::BuildJob& job) {
  const api::BuildStatus& build = round.next.build;
  if (build.inputs.digest != round.inputs->digest) {
    return keeps_its_turn(round, job) ? Unwanted::Not : Unwanted::Inputs;
  }
  if (asks_for_a_build(round.image(), round.next)) return Unwanted::Trigger;
  return is_rendered_otherwise(job, round.seen, *round.inputs, build) ? Unwanted::Rendering : Unwanted::Not;
}

bool has_begun(const ImageRound& round, const api::BuildJob& job) {
  return std::ranges::any_of(round.seen.pods, [&](const auto& pod) {
    return pod->meta.owner_uid == job.meta.uid &&
           std::ranges::any_of(pod->containers, [](const auto& one) { return one.started || one.exit_code; });
  });
}

/// Where an index stands that nothing but images which are not built keeps from being made.
std::optional<Standing> images_come_first(const ImageRound& round) {
  const bool only_images =
      !round.image().invalid && is_index(round.image().spec) && round.builder.usable && !round.image().spec.suspend;
  return only_images ? standing_of_platforms(round.seen) : std::nullopt;
}

/// Gives the place of a Job back that may wait for ever, to the images that have to be built before: they may wait for
/// that very place. The intent stays, and gets another Job when it can be made.
bool withdraw_job(ImageRound& round, const api::BuildJob& job, Standing standing) {
  if (asks_for_current_pods(round, job)) return true;
  if (!job.meta.deleting) {
    round.superseded = Delete{{api::job_kind(), job.meta.name_space, job.meta.name, job.meta.uid}};
  }
  api::BuildStatus& build = round.next.build;
  build.job_name.clear();
  build.job_uid.clear();
  build.waiting.clear();
  give_place_back(build);
  round.summary = standing.message;
  round.standing = std::move(standing);
  return true;
}

/// Takes the place of a Job that nobody wants as it is and that has nothing to lose yet: it may wait for ever, for an
/// image that does not exist or a node that no pod fits on, and the user has just corrected that, or asks for another.
/// True: the round has nothing more to do with the Job.
bool replace_waiting_job(ImageRound& round, const api::BuildJob& job) {
  if (auto standing = images_come_first(round); standing && !has_begun(round, job)) {
    return withdraw_job(round, job, *std::move(standing));
  }
  if (obstacle(round) || has_begun_to_emerge(round, job)) return false;
  const Unwanted why = why_unwanted(round, job);
  if (why == Unwanted::Not) return false;
  if (asks_for_current_pods(round, job)) return true;
  const api::BuildStatus& build = round.next.build;
  if (why == Unwanted::Inputs) {
    replace_intent(round);
  } else if (why == Unwanted::Trigger) {
    queue_build(round, merged_reasons(build.reasons, {{api::BuildReason::Trigger, {}}}));
  } else {
    queue_build(round, build.reasons);
  }
  if (!job.meta.deleting) {
    round.superseded = Delete{{api::job_kind(), job.meta.name_space, job.meta.name, job.meta.uid}};
  }
  return true;
}

void follow(ImageRound& round, const api::BuildJob& job) {
  if (lacks_last_words(job, round.seen.pods) && asks_for_current_pods(round, job)) return;
  BuildReading reading = read_build(job, round.seen.pods, round.image(), round.seen.now);
  if (reading.waiting.empty()) reading.waiting = api::at_most(round.seen.mount_problem, most_waiting_bytes);
  api::BuildStatus& build = round.next.build;
  // It gave its place back before its Job came into view: the Job takes one all the same.
  if (!build.start_time) build.start_time = job.meta.created;
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
  const bool awaits_pod = !has_pod(round, job) && !job.suspended;
  if (awaits_pod || job.has_failed || job.complete) round.look_again_in = pending_interval;
  // A volume that cannot be mounted changes nothing in the pod.
  const bool may_wait_for_secret = build.step == api::Step::Pending && round.seen.builder &&
                                   !is_index(round.image().spec) && mounts_secrets(round.seen);
  if (may_wait_for_secret) round.look_again_in = pending_interval;
  stand_running(round);
  if (job.suspended) stand_suspended(round);
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
    auto reasons = reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now, round.seen.published);
    if (reasons.empty()) return settle(round, reasons);
    round.gave_way = build;
    return queue_build(round, std::move(reasons));
  }
  const std::int64_t retries = round.image().spec.build.retries;
  if (build.attempt > retries) {
    return end_build(round, lost_job(round, "spec.build.retries (" + std::to_string(retries) + ") are used up"));
  }
  build = next_attempt(round.image(), build);
  build.inputs.settings = round.inputs->settings;  // the new Job is made with those of now
  make_job(round);
}

/// Nothing but the queue is in the way of a build that has no Job yet.
void wait_for_place(ImageRound& round) {
  api::BuildStatus& build = round.next.build;
  if (build.inputs.digest != round.inputs->digest) return replace_intent(round);
  const bool has_moved = build.inputs.builder_name != round.image().spec.builder_name;
  if (has_moved) return queue_build(round, build.reasons);
  if (asks_for_a_build(round.image(), round.next)) {
    return queue_build(round, merged_reasons(build.reasons, {{api::BuildReason::Trigger, {}}}));
  }
  if (!is_admitted(*round.seen.builder, round.image())) return stand_in_queue(round);
  build.only_if_packages_change = still_only_if_packages_change(round.image().spec.rebuild, build, round.seen.now);
  build.start_time = round.seen.now;
  build.queue.reset();
  build.step = api::Step::Pending;
  build.inputs.settings = round.inputs->settings;
  make_job(round);
}

/// Its place was given back, and now nothing is in its way any more: another number, so that no admission of before
/// speaks of it.
void stand_in_line_again(ImageRound& round) {
  api::BuildStatus& build = round.next.build;
  if (build.inputs.digest != round.inputs->digest) return replace_intent(round);
  const bool is_new_spec = round.image().status.observed_generation != round.image().meta.generation;
  const bool may_help = is_new_spec || settings_changed(build.inputs, *round.inputs);
  if (auto refused = standing_when_refused(build);
      refused && !may_help && !asks_for_a_build(round.image(), round.next)) {
    round.standing = *std::move(refused);
    round.summary = round.standing.message;
    return;
  }
  const bool asked = asks_for_a_build(round.image(), round.next);
  queue_build(round, asked ? merged_reasons(build.reasons, {{api::BuildReason::Trigger, {}}}) : build.reasons);
}

void stand_before_obstacle(ImageRound& round, Standing stopped_by) {
  if (is_obstacle_of_its_own(round)) give_place_back(round.next.build);
  round.standing = std::move(stopped_by);
  round.summary = round.standing.message;
}

bool is_to_be_cancelled(const ImageRound& round) {
  return round.image().cancel == std::to_string(round.next.build.number);
}

/// The record follows when the Job is gone with its pods: until then the build has its place.
void cancel_job(ImageRound& round, const api::BuildJob& job) {
  const BuildReading reading = read_build(job, round.seen.pods, round.image(), round.seen.now);
  const bool has_succeeded = reading.ending && !reading.ending->failure;
  if (has_succeeded || (reading.ending && !job.meta.deleting)) return follow(round, job);
  if (!job.meta.deleting) {
    if (asks_for_current_pods(round, job)) return;
    round.superseded =
        Delete{.object = {api::job_kind(), job.meta.name_space, job.meta.name, job.meta.uid}, .foreground = true};
  }
  round.summary = name_of_build(round.next.build) + " is being cancelled, as staves.dev/cancel asks";
  round.standing = {.reason = ReadyReason::Building, .message = round.summary, .reconciling = true};
}

void cancel_build(ImageRound& round) {
  if (const api::BuildJob* job = job_of(round)) return cancel_job(round, *job);
  record_cancellation(round.next, round.seen.now);
  round.summary = name_of_build(round.next.build) + " was cancelled";
  stand_after_ending(round);
}

}  // namespace

void decide_while_running(ImageRound& round) {
  if (is_to_be_cancelled(round)) return cancel_build(round);
  if (const api::BuildJob* job = job_of(round)) return follow(round, *job);
  if (auto stopped_by = obstacle(round)) return stand_before_obstacle(round, *std::move(stopped_by));
  api::BuildStatus& build = round.next.build;
  const Place place = place_of(build);
  if (place == Place::None) return stand_in_line_again(round);
  if (place == Place::Waits) return wait_for_place(round);
  if (!build.job_uid.empty()) return replace_lost_job(round);
  if (build.inputs.digest != round.inputs->digest) return replace_intent(round);
  // What was refused is not what the spec says by now.
  if (round.image().status.observed_generation != round.image().meta.generation) build.waiting.clear();
  make_job(round);
}

}  // namespace staves::decide
