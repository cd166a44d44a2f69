#include "decide/queue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace staves::decide {
namespace {

using std::chrono::seconds;

/// Who gets a place at once is not worth a position.
constexpr seconds before_first_position{2};
constexpr seconds shortest_between_positions{30};

std::string ordinal(std::int64_t number) {
  constexpr std::array<const char*, 4> endings{"th", "st", "nd", "rd"};
  const std::int64_t last = number % 10;
  const bool is_teen = number % 100 >= 11 && number % 100 <= 13;
  return std::to_string(number) + (is_teen || last > 3 ? "th" : endings.at(static_cast<std::size_t>(last)));
}

}  // namespace

Place place_of(const api::BuildStatus& build) {
  if (build.number == 0 || build.completion_time) return Place::None;
  if (build.start_time) return Place::Has;
  return build.queued_time ? Place::Waits : Place::None;
}

bool is_asked_for(const api::BuildStatus& build) {
  return std::ranges::any_of(build.reasons, [](const api::ReasonToBuild& reason) {
    using enum api::BuildReason;
    // An index takes seconds, and its images had their turn.
    return reason.reason == First || reason.reason == Spec || reason.reason == Platform || reason.reason == Trigger;
  });
}

bool is_before(const api::StavesImage& left, const api::StavesImage& right) {
  const auto rank = [](const api::StavesImage& image) {
    const api::BuildStatus& build = image.status.build;
    return std::pair(!is_asked_for(build), build.queued_time.value_or(base::TimePoint{}));
  };
  const auto first = rank(left);
  const auto second = rank(right);
  return first != second ? first < second : left.meta.name < right.meta.name;
}

bool is_admitted(const api::StavesBuilder& builder, const api::StavesImage& image) {
  return std::ranges::any_of(builder.status.builds.admitted, [&](const api::AdmittedBuild& one) {
    return one.uid == image.meta.uid && one.number == image.status.build.number;
  });
}

api::QueuePosition position_of(const api::StavesImage& image, const api::StavesBuilder& builder,
                               const std::vector<std::shared_ptr<const api::StavesImage>>& queue, base::TimePoint now) {
  api::QueuePosition at{.position = 1, .length = 1, .time = now};
  for (const auto& other : queue) {
    if (other->meta.uid == image.meta.uid || is_admitted(builder, *other)) continue;
    ++at.length;
    if (is_before(*other, image)) ++at.position;
  }
  return at;
}

seconds between_positions(const api::QueuePosition& told) {
  return std::max(shortest_between_positions, seconds(told.length));
}

base::TimePoint next_position_time(const api::BuildStatus& build) {
  if (!build.queue) return *build.queued_time + before_first_position;
  return build.queue->time + between_positions(*build.queue);
}

std::string queue_sentence(const api::BuildStatus& build) {
  const std::string& builder = build.inputs.builder_name;
  if (!build.queue) return "it waits for a place among the builds of builder " + builder;
  return ordinal(build.queue->position) + " of " + std::to_string(build.queue->length) + " in the queue of builder " +
         builder;
}

}  // namespace staves::decide
