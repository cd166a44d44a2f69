#include "decide/platform_standing.h"

#include <algorithm>
#include <string_view>

#include "api/bounded_text.h"
#include "decide/image_status.h"
#include "decide/platform_images.h"

namespace staves::decide {
namespace {

using api::ReadyReason;

constexpr std::string_view refused = " is refused: ";
constexpr std::size_t most_refusal_bytes = 512;

bool holds(const api::StavesImage& image, const char* type) {
  const api::Condition* condition = api::find_condition(image.status.conditions, type);
  return condition != nullptr && condition->status == api::ConditionStatus::True;
}

/// Whether what it says of itself is about what the index says now.
bool speaks_of_now(const api::StavesImage& image, const OwnedImage& wanted) {
  return image.spec == wanted.spec && image.status.observed_generation == image.meta.generation;
}

bool is_built(const api::StavesImage& image, const OwnedImage& wanted) {
  return speaks_of_now(image, wanted) && holds(image, "Ready") && image.status.image;
}

std::string about(const api::StavesImage& index, const api::Platform& platform) {
  return "the image for " + to_string(platform) + " (StavesImage " + platform_image_name(index, platform) + ")";
}

Standing is_to_come(const std::string& what) {
  return {.reason = ReadyReason::Building, .message = what + " is not built yet", .reconciling = true};
}

Standing is_refused(std::string message) {
  return {.reason = ReadyReason::Building, .message = std::move(message), .reconciling = true};
}

/// What Ready said of an image that was refused, while that may still be so: until the next generation.
std::optional<Standing> known_refusal(const api::StavesImage& index, const std::string& what) {
  const api::Condition* ready = api::find_condition(index.status.conditions, "Ready");
  const bool still = ready != nullptr && ready->observed_generation == index.meta.generation &&
                     std::string_view(ready->message).starts_with(what + std::string(refused));
  return still ? std::optional(is_refused(ready->message)) : std::nullopt;
}

/// What an image says of itself, in its own words.
Standing standing_of(const api::StavesImage& image, const std::string& what) {
  const api::Condition* ready = api::find_condition(image.status.conditions, "Ready");
  if (ready == nullptr || ready->status == api::ConditionStatus::True) return is_to_come(what);
  const ReadyReason reason = api::ready_reason_from(ready->reason).value_or(ReadyReason::Building);
  return {.reason = reason,
          .message = what + ": " + ready->message,
          .reconciling = holds(image, "Reconciling"),
          .stalled = holds(image, "Stalled")};
}

/// Nothing when it is built.
std::optional<Standing> standing_of(const ImageObservation& seen, const api::Platform& platform) {
  const OwnedImage wanted = wanted_platform_image(*seen.wanted, platform);
  const std::string what = about(*seen.wanted, platform);
  const api::StavesImage* image = find_platform_image(seen, wanted.name);
  if (image == nullptr) return known_refusal(*seen.wanted, what).value_or(is_to_come(what));
  if (!is_image_of(seen, *image)) {
    return Standing{.reason = ReadyReason::NameTaken,
                    .message = "the StavesImage " + wanted.name + " belongs to somebody else; delete or rename it",
                    .stalled = true};
  }
  if (is_built(*image, wanted)) return std::nullopt;
  return speaks_of_now(*image, wanted) ? standing_of(*image, what) : is_to_come(what);
}

/// The one that waits longest for its user.
int urgency(const Standing& standing) {
  if (standing.stalled) return 2;
  return standing.reconciling ? 0 : 1;
}

}  // namespace

std::optional<Standing> standing_of_platforms(const ImageObservation& seen) {
  std::optional<Standing> worst;
  for (const api::Platform& platform : seen.wanted->spec.platforms) {
    auto standing = standing_of(seen, platform);
    if (standing && (!worst || urgency(*standing) > urgency(*worst))) worst = std::move(standing);
  }
  return worst;
}

std::optional<Standing> standing_when_image_refused(const ImageObservation& seen, const std::string& why) {
  for (const api::Platform& platform : seen.wanted->spec.platforms) {
    if (find_platform_image(seen, platform_image_name(*seen.wanted, platform)) != nullptr) continue;
    return is_refused(about(*seen.wanted, platform) + std::string(refused) + api::at_most(why, most_refusal_bytes) +
                      ". It is tried again every minute; change what refuses it, or the spec.");
  }
  return std::nullopt;
}

bool have_rebuilt(const ImageObservation& seen) {
  const api::StavesImage& index = *seen.wanted;
  return std::ranges::all_of(index.spec.platforms, [&](const api::Platform& platform) {
    const api::StavesImage* image = find_platform_image(seen, platform_image_name(index, platform));
    return image != nullptr && image->status.last_trigger == index.rebuild && !is_running(image->status.build);
  });
}

bool asks_the_index_itself(const ImageObservation& seen) {
  const bool is_new = seen.wanted->rebuild != seen.wanted->status.last_trigger;
  return is_new && have_rebuilt(seen) && !standing_of_platforms(seen);
}

}  // namespace staves::decide
