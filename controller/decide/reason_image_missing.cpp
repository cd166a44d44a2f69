#include "decide/reason_image_missing.h"

#include <algorithm>

#include "decide/retry_time.h"

namespace staves::decide {
namespace {

bool is_to_bring_it_back(const api::BuildStatus& build) {
  const bool succeeded = build.completion_time && !build.failure && !build.cancelled;
  const auto& reasons = build.reasons;
  return !succeeded &&
         std::ranges::find(reasons, api::BuildReason::ImageMissing, &api::ReasonToBuild::reason) != reasons.end();
}

}  // namespace

std::optional<api::ReasonToBuild> reason_image_missing(const Comparison& compared) {
  if (!compared.image_is_gone) return std::nullopt;
  if (same_inputs_failed(compared.last.build, compared.inputs)) {
    const auto due = retry_time(compared.last.build, compared.inputs);
    if (!due || compared.now < *due) return std::nullopt;
  }
  return api::ReasonToBuild{api::BuildReason::ImageMissing, {}};
}

bool image_is_gone(const api::StavesImageStatus& status, const TagLookup& published) {
  if (!status.image) return false;
  const bool is_answer = published.reference == status.image->reference;
  if (is_answer && published.digest && !published.error) return false;
  // A registry may hide from strangers what it has: only what it once showed can be missed.
  const bool was_shown = status.image->seen_time.has_value();
  if (is_answer && was_shown && published.error && published.error->code == "ImageNotFound") return true;
  return is_to_bring_it_back(status.build);
}

void note_seen(api::BuiltImage& image, const TagLookup& published, base::TimePoint now) {
  const bool is_shown = published.reference == image.reference && published.digest && !published.error;
  if (is_shown && !image.seen_time) image.seen_time = now;
}

std::chrono::seconds between_looks(const api::StavesBuilder& builder) {
  constexpr std::chrono::minutes shortest{5};
  return std::max<std::chrono::seconds>(std::chrono::seconds(builder.spec.refresh_seconds), shortest);
}

}  // namespace staves::decide
