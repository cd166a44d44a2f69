#include <algorithm>

#include "decide/build_number.h"
#include "decide/hold_back.h"
#include "decide/image_round.h"
#include "decide/image_status.h"
#include "decide/packages_only.h"
#include "decide/platform_flags.h"
#include "decide/platform_images.h"
#include "decide/platform_standing.h"
#include "decide/queue.h"
#include "decide/reason_image_missing.h"
#include "decide/reason_schedule.h"
#include "decide/reason_trigger.h"
#include "decide/reasons.h"
#include "decide/refusal.h"
#include "decide/render_job.h"
#include "decide/render_plan.h"
#include "decide/repositories.h"
#include "decide/retry_time.h"
#include "decide/sentence.h"

namespace staves::decide {
namespace {

using api::ReadyReason;

bool plan_is_too_large(const ImageRound& round) {
  return api::to_json(render_plan(round.seen, *round.inputs, round.next.build.number, 1)).size() > max_plan_bytes;
}

bool is_same_position(const api::QueuePosition& was, const api::QueuePosition& is) {
  return was.position == is.position && was.length == is.length;
}

std::chrono::seconds until(base::TimePoint due, base::TimePoint now) {
  return std::max(std::chrono::ceil<std::chrono::seconds>(due - now), std::chrono::seconds(1));
}

/// However the clocks of the machine and the world go apart meanwhile.
constexpr std::chrono::seconds longest_sleep{3600};

void sleep_until_schedule(ImageRound& round) {
  const auto due = schedule_time(round.image().spec.rebuild, round.next.build);
  if (!due) return;
  const auto sleep = std::min(until(*due, round.seen.now), longest_sleep);
  round.look_again_in = std::min(round.look_again_in.value_or(sleep), sleep);
}

std::optional<Standing> obstacle_of_index(const ImageRound& round) {
  std::string impossible = why_not_on_several_nodes(round.image().spec, round.seen.builder->spec);
  if (impossible.empty()) return standing_of_platforms(round.seen);
  return Standing{.reason = ReadyReason::InvalidSpec, .message = std::move(impossible), .stalled = true};
}

}  // namespace

Standing standing_when_unreadable(const base::Error& invalid) {
  // A ConfigMap may come at any time; a text that is wrong stays wrong.
  if (invalid.code == "ConfigMapNotFound") {
    return {.reason = ReadyReason::ConfigMapNotFound, .message = invalid.message};
  }
  return {.reason = ReadyReason::InvalidSpec, .message = invalid.message, .stalled = true};
}

std::optional<Standing> obstacle(const ImageRound& round) {
  const api::StavesImage& image = round.image();
  if (image.invalid) return standing_when_unreadable(*image.invalid);
  if (!round.builder.usable) return Standing{.reason = round.builder.reason, .message = round.builder.message};
  if (image.spec.suspend) {
    return Standing{.reason = ReadyReason::Suspended,
                    .message = "spec.suspend is true; set it to false to build again"};
  }
  if (is_index(image.spec)) return obstacle_of_index(round);
  if (std::string wrong = unusable_platform(image.spec); !wrong.empty()) {
    return Standing{.reason = ReadyReason::InvalidSpec, .message = std::move(wrong), .stalled = true};
  }
  if (std::string missing = api::missing_environment(image.spec.portage, round.seen.builder->spec.portage);
      !missing.empty()) {
    return Standing{.reason = ReadyReason::InvalidSpec, .message = std::move(missing), .stalled = true};
  }
  if (std::string missing = missing_secret(image.spec, round.seen.builder->spec); !missing.empty()) {
    return Standing{.reason = ReadyReason::InvalidSpec, .message = std::move(missing), .stalled = true};
  }
  if (!round.known.awaited.empty()) {
    return Standing{.reason = ReadyReason::LookingUp,
                    .message = "looking up the revision of the overlay " + round.known.awaited,
                    .reconciling = true};
  }
  if (plan_is_too_large(round)) {
    return Standing{.reason = ReadyReason::InvalidSpec,
                    .message = "the spec and the builder's together give a plan above 200 KiB; make them smaller",
                    .stalled = true};
  }
  return std::nullopt;
}

void make_job(ImageRound& round) {
  round.job = render_job(round.seen, *round.inputs, round.next.build);
  round.summary = why_built(round.next.build);
  round.standing =
      standing_when_refused(round.next.build)
          .value_or(Standing{.reason = ReadyReason::Building, .message = round.summary, .reconciling = true});
}

void queue_build(ImageRound& round, std::vector<api::ReasonToBuild> reasons) {
  const bool packages_only = only_if_packages_change(round.image(), round.next, *round.inputs, reasons);
  const api::BuildStatus last = std::move(round.next.build);
  const bool replaces = is_running(last);
  round.next.build = intended_build(round.seen, *round.inputs, next_build_number(round.seen), std::move(reasons));
  api::BuildStatus& build = round.next.build;
  build.only_if_packages_change = packages_only;
  // They hold for as long as the image stays.
  if (packages_only) build.warnings = last.warnings;
  build.retry = replaces && is_retry_alone(build.reasons) ? last.retry : next_retry(last, *round.inputs, build.reasons);
  if (replaces && last.queued_time) build.queued_time = last.queued_time;
  if (!round.image().rebuild.empty()) round.next.last_trigger = round.image().rebuild;
  stand_in_queue(round);
}

bool is_obstacle_of_its_own(const ImageRound& round) {
  return round.image().invalid || (round.builder.usable && obstacle(round));
}

void stand_in_queue(ImageRound& round) {
  api::BuildStatus& build = round.next.build;
  const base::TimePoint now = round.seen.now;
  const api::BuildStatus& seen = round.image().status.build;
  const bool is_in_line = seen.number == build.number && place_of(seen) == Place::Waits;
  if (is_in_line && now >= next_position_time(build)) {
    const api::QueuePosition is = position_of(round.image(), *round.seen.builder, round.seen.queue, now);
    if (!build.queue || !is_same_position(*build.queue, is)) build.queue = is;
  }
  const base::TimePoint due = next_position_time(build);
  round.look_again_in = due > now || !build.queue ? until(due, now) : between_positions(*build.queue);
  round.summary = why_built(build) + "; " + queue_sentence(build);
  const std::string message = build.queue ? queue_sentence(build) + ": " + why_built(build) : round.summary;
  round.standing = {.reason = ReadyReason::Queued, .message = message, .reconciling = true};
}

void give_place_back(api::BuildStatus& build) {
  build.queued_time.reset();
  build.start_time.reset();
  build.queue.reset();
  build.step = api::Step::Queued;
}

bool image_is_current(const ImageRound& round) {
  if (!round.inputs || image_is_gone(round.next, round.seen.published)) return false;
  return is_current(round.next, with_held_back(*round.inputs, round.image().spec.rebuild, round.next.build));
}

void settle(ImageRound& round, const std::vector<api::ReasonToBuild>& reasons) {
  const api::BuildStatus& last = round.next.build;
  const Inputs asked = with_held_back(*round.inputs, round.image().spec.rebuild, last);
  const bool current = image_is_current(round);
  if (!reasons.empty()) {
    round.standing = {.reason = ReadyReason::Building, .message = "another build follows", .reconciling = true};
  } else if (const auto due = retry_time(last, asked)) {
    round.look_again_in = until(*due, round.seen.now);
    round.standing = {.reason = ReadyReason::Retrying,
                      .message = build_failed(last) + " Next try at " + base::to_rfc3339(*due) + ".",
                      .reconciling = true};
  } else if (!current && last.cancelled) {
    round.standing = {.reason = ReadyReason::Cancelled, .message = build_cancelled(round.image(), last)};
  } else if (!current) {
    round.standing = {.reason = ReadyReason::BuildFailed, .message = build_failed(last), .stalled = true};
  } else {
    round.standing = {.reason = ReadyReason::Built, .message = "the registry holds what is asked for"};
  }
  sleep_until_schedule(round);
  if (!round.summary.empty()) return;
  round.summary = round.standing.message + held_back(reasons_held_back(round.image(), round.next, *round.inputs));
}

void decide_at_rest(ImageRound& round) {
  if (auto stopped_by = obstacle(round)) {
    round.standing = *std::move(stopped_by);
    round.summary = round.standing.message;
    return;
  }
  auto reasons = reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now, round.seen.published);
  if (!reasons.empty()) return queue_build(round, std::move(reasons));
  settle(round, reasons);
}

}  // namespace staves::decide
