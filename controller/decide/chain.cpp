#include "decide/chain.h"

#include "api/reason.h"
#include "decide/builder_view.h"
#include "decide/own_image.h"

namespace staves::decide {
namespace {

using api::ConditionStatus;
using api::ReadyReason;

BuilderVerdict verdict(ConditionStatus status, ReadyReason reason, std::string message) {
  return {.status = status, .reason = std::string(api::to_string(reason)), .message = std::move(message)};
}

BuilderVerdict under_way(std::string message) {
  BuilderVerdict under_way = verdict(ConditionStatus::Unknown, ReadyReason::Building, std::move(message));
  under_way.reconciling = true;
  return under_way;
}

BuilderVerdict only_the_user_can_help(ReadyReason reason, std::string message) {
  BuilderVerdict stalled = verdict(ConditionStatus::False, reason, std::move(message));
  stalled.stalled = true;
  return stalled;
}

/// What the image says of itself.
BuilderVerdict verdict_on_image(const BuilderObservation& seen) {
  const std::string name = "StavesImage " + own_image_name(*seen.wanted);
  if (!seen.own_image) return known_image_refusal(*seen.wanted).value_or(under_way(name + " is to be made"));
  if (own_name_is_taken(seen)) {
    return only_the_user_can_help(
        ReadyReason::NameTaken, "there is a " + name + " that is not of this builder; delete it, and it is made anew");
  }
  if (seen.own_image->spec != own_image_spec(seen.wanted->spec)) {
    return under_way(name + " is to be changed to what this builder says now");
  }
  const api::Conditions& conditions = seen.own_image->status.conditions;
  const api::Condition* ready = api::find_condition(conditions, "Ready");
  if (ready == nullptr || ready->observed_generation != seen.own_image->meta.generation) {
    return under_way(name + " has not been looked at yet");
  }
  return {.status = ready->status,
          .reason = ready->reason,
          .message = name + ": " + std::string(ready->message),
          .reconciling = api::find_condition(conditions, "Reconciling") != nullptr,
          .stalled = api::find_condition(conditions, "Stalled") != nullptr};
}

std::optional<api::ResolvedImage> made_stage3(const BuilderObservation& seen) {
  if (!seen.own_image || own_name_is_taken(seen) || !seen.own_image->status.image) return std::nullopt;
  const api::BuiltImage& image = *seen.own_image->status.image;
  const std::string repository = image.reference.substr(0, image.reference.find('@'));
  return api::ResolvedImage{.reference = image.tags.empty() ? repository : repository + ":" + image.tags.front(),
                            .digest = image.digest};
}

std::optional<BuilderVerdict> obstacle_in(const BuilderObservation& seen, const FromAnother& found) {
  const std::string& from = seen.wanted->spec.from;
  if (const std::string circle = circle_of(seen); !circle.empty()) {
    return only_the_user_can_help(ReadyReason::InvalidSpec, "spec.from leads back to this builder: " + circle +
                                                                "; one of them needs a stage3 of its own");
  }
  if (own_name_is_taken(seen) && found.image) return found.image;
  if (found.stage3) return std::nullopt;
  if (seen.chain.empty()) {
    return verdict(ConditionStatus::False, ReadyReason::BuilderNotFound,
                   "there is no StavesBuilder " + from + " in this namespace; create it or correct spec.from");
  }
  if (found.image) return found.image;
  const BuilderView view = view_builder(*seen.chain.front());
  return verdict(ConditionStatus::False, ReadyReason::BuilderNotReady,
                 view.usable ? "StavesBuilder " + from + " has no stage3 yet" : view.message);
}

}  // namespace

std::string circle_of(const BuilderObservation& seen) {
  const std::string& self = seen.wanted->meta.name;
  std::string way = self;
  for (const auto& builder : seen.chain) {
    way += " → " + builder->meta.name;
    if (builder->meta.name == self) return way;
  }
  return {};
}

FromAnother see_chain(const BuilderObservation& seen) {
  FromAnother found;
  if (!seen.wanted->spec.packages.empty()) {
    found.image = verdict_on_image(seen);
    found.stage3 = made_stage3(seen);
  } else if (!seen.chain.empty()) {
    found.stage3 = seen.chain.front()->status.stage3;
  }
  found.obstacle = obstacle_in(seen, found);
  // Nothing is made of a circle.
  if (found.image && found.obstacle && !seen.own_image && !circle_of(seen).empty()) found.image = found.obstacle;
  return found;
}

}  // namespace staves::decide
