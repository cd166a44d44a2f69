#include <iterator>

#include "decide/decide.h"
#include "decide/events_of_transition.h"
#include "decide/history.h"
#include "decide/image_round.h"
#include "decide/image_status.h"
#include "decide/index_inputs.h"
#include "decide/platform_images.h"
#include "decide/platform_standing.h"
#include "decide/queue.h"
#include "decide/reason_image_missing.h"
#include "decide/reasons.h"
#include "decide/refusal.h"
#include "decide/shared_tags.h"
#include "decide/status_patch.h"

namespace staves::decide {
namespace {

/// A builder that changes right now says nothing that is worth a write; its own next status wakes the image up.
bool waits_for_builder(const ImageRound& round) {
  const api::StavesImage& image = round.image();
  const bool runs = is_running(image.status.build) && place_of(image.status.build) != Place::Waits;
  return round.builder.changing && !runs && !image.invalid &&
         image.status.observed_generation == image.meta.generation && !image.status.conditions.empty();
}

std::shared_ptr<const api::StavesImage> asked_of(const ImageObservation& seen) {
  if (seen.wanted->invalid || !is_index(seen.wanted->spec)) return seen.wanted;
  api::StavesImage index = without_what_platforms_build(*seen.wanted);
  if (asks_the_index_itself(seen)) index.rebuild = seen.wanted->rebuild;
  return std::make_shared<const api::StavesImage>(std::move(index));
}

/// What the images of an index have done of a wish to build again is done.
void note_rebuilt(ImageRound& round) {
  const api::StavesImage& index = *round.seen.wanted;
  if (index.invalid || !is_index(index.spec) || !round.asked->rebuild.empty()) return;
  if (have_rebuilt(round.seen)) round.next.last_trigger = index.rebuild;
}

/// What the next build would be made from.
void know_inputs(ImageRound& round) {
  const ImageObservation& seen = round.seen;
  if (is_index(seen.wanted->spec)) {
    round.inputs = inputs_of_index(seen);
    return;
  }
  round.known = known_revisions(seen);
  if (round.known.awaited.empty()) round.inputs = inputs_of(*seen.wanted, *seen.builder, round.known.revisions);
}

ImageRound begin(const ImageObservation& seen) {
  ImageRound round{.seen = seen,
                   .asked = asked_of(seen),
                   .builder = view_builder(*seen.wanted, seen.builder.get()),
                   .inputs = std::nullopt,
                   .known = {},
                   .next = seen.wanted->status,
                   .standing = {},
                   .job = std::nullopt,
                   .superseded = std::nullopt,
                   .gave_way = std::nullopt,
                   .summary = {},
                   .look_again_in = std::nullopt};
  if (round.builder.inputs_known && !seen.wanted->invalid) know_inputs(round);
  note_rebuilt(round);
  if (round.next.image) note_seen(*round.next.image, seen.published, seen.now);
  round.next.observed_generation = seen.wanted->meta.generation;
  return round;
}

/// A branch moves without telling, and so does an image vanish from its registry: somebody has to look.
std::optional<std::chrono::seconds> next_look(const ImageRound& round) {
  std::optional<std::chrono::seconds> look = round.look_again_in;
  if (!round.seen.builder) return look;
  const auto within = [&](std::chrono::seconds time) { look = std::min(look.value_or(time), time); };
  if (!round.seen.branches.empty()) {
    constexpr std::chrono::seconds soon{60};
    const std::chrono::seconds refresh{round.seen.builder->spec.refresh_seconds};
    within(round.known.failed ? std::min(refresh, soon) : refresh);
  }
  if (!round.seen.published.reference.empty()) within(between_looks(*round.seen.builder));
  return look;
}

Decision finish(ImageRound round) {
  if (round.needs_current_pods) {
    return {.summary = std::move(round.summary), .actions = {}, .look_again_in = {}, .needs_current_pods = true};
  }
  const api::StavesImage& image = round.image();
  const bool current = image_is_current(round);
  set_image_conditions(image, round.next, round.builder, current, round.standing, round.seen.now);
  if (!image.invalid) set_tag_shared(image, round.next, shared_tag(round.seen), round.seen.now);
  Decision decision{.summary = std::move(round.summary), .actions = {}, .look_again_in = next_look(round)};
  const auto add = [&](auto actions) { std::ranges::move(actions, std::back_inserter(decision.actions)); };
  // The intent comes before the Job: a round that follows a crash finds it and makes the same Job.
  if (auto patch = status_patch(image, round.next)) decision.actions.emplace_back(*std::move(patch));
  if (round.superseded) decision.actions.emplace_back(*std::move(round.superseded));
  if (round.job) decision.actions.emplace_back(*std::move(round.job));
  if (round.gave_way) decision.actions.emplace_back(failure_event(image, *round.gave_way));
  add(events_of_transition(image, round.next));
  if (!image.invalid) add(delete_spent_jobs(round.seen));
  if (!image.invalid) add(keep_platform_images(round.seen));
  return decision;
}

Decision status_alone(Decision decision) {
  std::erase_if(decision.actions, [](const Action& action) { return !std::holds_alternative<PatchStatus>(action); });
  return decision;
}

/// Where an index stands that the API server refuses an image of.
std::optional<Standing> refused_image(const ImageObservation& seen, const base::Error& refusal) {
  const api::StavesImage& image = *seen.wanted;
  if (image.meta.deleting || image.invalid || !is_index(image.spec)) return std::nullopt;
  return standing_when_image_refused(seen, refusal.message);
}

Decision tell(const ImageObservation& seen, Standing standing) {
  ImageRound round = begin(seen);
  round.summary = standing.message;
  round.standing = std::move(standing);
  return status_alone(finish(std::move(round)));
}

}  // namespace

Decision decide_image(const ImageObservation& seen) {
  if (seen.wanted->meta.deleting) return {.summary = "the image is being deleted", .actions = {}, .look_again_in = {}};
  ImageRound round = begin(seen);
  if (waits_for_builder(round)) return {.summary = round.builder.message, .actions = {}, .look_again_in = {}};
  if (is_running(round.next.build)) {
    decide_while_running(round);
  } else {
    decide_at_rest(round);
  }
  if (!seen.wanted->invalid) trim_history(round.next.history, seen.wanted->spec);
  return finish(std::move(round));
}

Decision decide_refused(const ImageObservation& seen, const base::Error& refusal) {
  if (auto refused = refused_image(seen, refusal)) return tell(seen, *std::move(refused));
  const api::BuildStatus& build = seen.wanted->status.build;
  const bool has_job =
      std::ranges::any_of(seen.jobs, [&](const auto& job) { return job->meta.name == build.job_name; });
  if (seen.wanted->meta.deleting || !is_running(build) || has_job) return {};
  ImageRound round = begin(seen);
  round.next.build.waiting = waiting_of(refusal);
  // What only another spec can help takes nobody's place meanwhile.
  if (is_refused_as_invalid(round.next.build)) give_place_back(round.next.build);
  // The same decision once more, now with what it waits for; only its status is new.
  decide_while_running(round);
  return status_alone(finish(std::move(round)));
}

}  // namespace staves::decide
