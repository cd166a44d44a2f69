#include <algorithm>

#include "decide/build_number.h"
#include "decide/image_round.h"
#include "decide/image_status.h"
#include "decide/reason_trigger.h"
#include "decide/reasons.h"
#include "decide/refusal.h"
#include "decide/render_job.h"
#include "decide/render_plan.h"
#include "decide/retry_time.h"
#include "decide/sentence.h"

namespace staves::decide {
namespace {

using api::ReadyReason;

bool plan_is_too_large(const ImageRound& round) {
  return api::to_json(render_plan(round.seen, *round.inputs, round.next.build.number, 1)).size() > max_plan_bytes;
}

std::chrono::seconds until(base::TimePoint due, base::TimePoint now) {
  return std::max(std::chrono::ceil<std::chrono::seconds>(due - now), std::chrono::seconds(1));
}

}  // namespace

std::optional<Standing> obstacle(const ImageRound& round) {
  const api::StavesImage& image = round.image();
  if (image.invalid)
    return Standing{.reason = ReadyReason::InvalidSpec, .message = image.invalid->message, .stalled = true};
  if (!round.builder.usable) return Standing{.reason = round.builder.reason, .message = round.builder.message};
  if (image.spec.suspend) {
    return Standing{.reason = ReadyReason::Suspended,
                    .message = "spec.suspend is true; set it to false to build again"};
  }
  if (std::string missing = api::missing_environment(image.spec.portage, round.seen.builder->spec.portage);
      !missing.empty()) {
    return Standing{.reason = ReadyReason::InvalidSpec, .message = std::move(missing), .stalled = true};
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

void start_build(ImageRound& round, std::vector<api::ReasonToBuild> reasons) {
  const std::int64_t retry = next_retry(round.next.build, *round.inputs, reasons);
  round.next.build = intended_build(round.seen, *round.inputs, next_build_number(round.seen), std::move(reasons));
  round.next.build.retry = retry;
  if (std::string asked = trigger_of(round.image()); !asked.empty()) round.next.last_trigger = std::move(asked);
  make_job(round);
}

void settle(ImageRound& round, const std::vector<api::ReasonToBuild>& reasons) {
  const api::BuildStatus& last = round.next.build;
  if (!reasons.empty()) {
    round.standing = {.reason = ReadyReason::Building, .message = "another build follows", .reconciling = true};
  } else if (const auto due = retry_time(last, *round.inputs)) {
    round.look_again_in = until(*due, round.seen.now);
    round.standing = {.reason = ReadyReason::Retrying,
                      .message = build_failed(last) + " Next try at " + base::to_rfc3339(*due) + ".",
                      .reconciling = true};
  } else if (!is_current(round.next, *round.inputs)) {
    round.standing = {.reason = ReadyReason::BuildFailed, .message = build_failed(last), .stalled = true};
  } else {
    round.standing = {.reason = ReadyReason::Built, .message = "the registry holds what is asked for"};
  }
  if (round.summary.empty()) round.summary = round.standing.message;
}

void decide_at_rest(ImageRound& round) {
  if (auto stopped_by = obstacle(round)) {
    round.standing = *std::move(stopped_by);
    round.summary = round.standing.message;
    return;
  }
  auto reasons = reasons_to_build(round.image(), round.next, *round.inputs, round.seen.now);
  if (!reasons.empty()) return start_build(round, std::move(reasons));
  settle(round, reasons);
}

}  // namespace staves::decide
