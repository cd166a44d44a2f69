#include <algorithm>
#include <iterator>

#include "decide/admit_builds.h"
#include "decide/builder_conditions.h"
#include "decide/builder_view.h"
#include "decide/cache_use.h"
#include "decide/chain.h"
#include "decide/decide.h"
#include "decide/events_of_transition.h"
#include "decide/image_reference.h"
#include "decide/names.h"
#include "decide/own_image.h"
#include "decide/render_claim.h"
#include "decide/resolve_tag.h"
#include "decide/see_toolchain.h"
#include "decide/status_patch.h"

namespace staves::decide {
namespace {

constexpr std::chrono::seconds soon{60};

void see_claim(const BuilderObservation& seen, api::StavesBuilderStatus& next) {
  next.cache_claim_name = claim_name(*seen.wanted);
  next.cache_capacity = seen.claim ? seen.claim->capacity : std::string{};
}

bool needs_claim(const BuilderObservation& seen) {
  return !seen.claim && seen.wanted->spec.cache.existing_claim.empty();
}

std::optional<std::chrono::seconds> next_look(const BuilderObservation& seen, const TagState& stage3,
                                              const TagState& tree) {
  const api::StavesBuilderSpec& spec = seen.wanted->spec;
  const auto is_pinned = [](const std::string& reference) { return !pinned_digest(reference).empty(); };
  // Another builder tells by itself that its stage3 is a new one.
  if ((!spec.from.empty() || is_pinned(spec.stage3_image)) && is_pinned(spec.snapshot_image)) return std::nullopt;
  const std::chrono::seconds refresh{spec.refresh_seconds};
  return stage3.error || tree.error ? std::min(refresh, soon) : refresh;
}

/// Whether images may be built once `next` is written.
bool is_usable(const api::StavesBuilder& builder, const api::StavesBuilderStatus& next) {
  api::StavesBuilder after = builder;
  after.status = next;
  return view_builder(after).usable;
}

void look_again_within(Decision& decision, std::optional<std::chrono::seconds> time) {
  if (time) decision.look_again_in = std::min(decision.look_again_in.value_or(*time), *time);
}

Decision finish(const BuilderObservation& seen, const api::StavesBuilderStatus& next) {
  Decision decision;
  if (const api::Condition* ready = api::find_condition(next.conditions, "Ready")) decision.summary = ready->message;
  if (auto patch = status_patch(*seen.wanted, next)) decision.actions.emplace_back(*std::move(patch));
  for (EmitEvent& event : events_of_transition(*seen.wanted, next)) decision.actions.emplace_back(std::move(event));
  return decision;
}

}  // namespace

Decision decide_refused(const BuilderObservation& seen, const base::Error& refusal) {
  const api::StavesBuilder& builder = *seen.wanted;
  if (builder.meta.deleting || builder.invalid) return {};
  api::StavesBuilderStatus next = builder.status;
  // In the order in which they are made.
  if (needs_claim(seen)) {
    set_claim_refused(builder, next, refusal.message, seen.now);
  } else if (!builder.spec.packages.empty() && !seen.own_image) {
    set_image_refused(builder, next, refusal.message, seen.now);
  } else {
    return {};
  }
  return finish(seen, next);
}

Decision decide_builder(const BuilderObservation& seen) {
  const api::StavesBuilder& builder = *seen.wanted;
  if (builder.meta.deleting) return {.summary = "the builder is being deleted", .actions = {}, .look_again_in = {}};
  api::StavesBuilderStatus next = builder.status;
  next.observed_generation = builder.meta.generation;
  if (builder.invalid) {
    set_invalid(builder, next, builder.invalid->message, seen.now);
    return finish(seen, next);
  }
  const bool chained = !builder.spec.from.empty();
  const FromAnother from = chained ? see_chain(seen) : FromAnother{};
  const TagState stage3 = chained ? TagState{.resolved = from.stage3, .error = std::nullopt}
                                  : resolve_tag(builder.spec.stage3_image, seen.stage3, builder.status.stage3);
  const TagState tree = resolve_tag(builder.spec.snapshot_image, seen.tree, builder.status.tree);
  next.stage3 = stage3.resolved;
  next.tree = tree.resolved;
  see_claim(seen, next);
  see_cache_use(seen.users, next.cache_use);
  next.toolchain = see_toolchain(seen.users, next.stage3, builder.status);
  std::vector<NamedTag> tags{{"snapshot", tree}};
  if (!chained) tags.insert(tags.begin(), {"stage3", stage3});
  set_builder_conditions(seen, next, tags, from.obstacle);
  set_image_ready(builder, next, from.image, seen.now);
  Admission admission = admit_builds(seen, is_usable(builder, next));
  next.builds = std::move(admission.builds);
  Decision decision = finish(seen, next);
  decision.look_again_in = admission.look_again_in;
  if (!builder.spec.suspend && needs_claim(seen)) decision.actions.emplace_back(render_claim(builder));
  std::ranges::move(keep_own_image(seen), std::back_inserter(decision.actions));
  if (builder.spec.suspend) return decision;
  look_again_within(decision, next_look(seen, stage3, tree));
  return decision;
}

}  // namespace staves::decide
