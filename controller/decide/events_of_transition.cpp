#include "decide/events_of_transition.h"

#include "api/bounded_text.h"
#include "decide/sentence.h"
#include "decide/status_patch.h"

namespace staves::decide {
namespace {

using api::ConditionStatus;

constexpr std::size_t most_note_bytes = 1000;

EmitEvent build_event(const api::StavesImage& image, bool warning, std::string reason, const std::string& note) {
  return {.regarding = ref_to(image),
          .warning = warning,
          .reason = std::move(reason),
          .action = "Build",
          .note = api::at_most(note, most_note_bytes)};
}

bool begun_between(const api::BuildStatus& was, const api::BuildStatus& is) {
  return is.start_time && !is.completion_time && (!was.start_time || was.job_name != is.job_name);
}

bool ended_between(const api::BuildStatus& was, const api::BuildStatus& is) {
  return was.number == is.number && !was.completion_time && is.completion_time && !is.job_name.empty();
}

std::string success_note(const api::StavesImageStatus& status) {
  if (status.build.packages_unchanged) return build_ended_well(status.build) + ": " + status.image->reference;
  std::string note = name_of_build(status.build) + " made " + status.image->reference + " (" +
                     std::to_string(status.image->size_bytes) + " bytes";
  if (const auto& metrics = status.build.metrics) {
    note += "; " + std::to_string(metrics->compiled_packages) + " packages compiled, " +
            std::to_string(metrics->cached_packages) + " from the cache";
  }
  return note + ")";
}

}  // namespace

EmitEvent failure_event(const api::StavesImage& image, const api::BuildStatus& ended) {
  return build_event(image, true, "BuildFailed", build_failed(ended));
}

std::vector<EmitEvent> events_of_transition(const api::StavesImage& seen, const api::StavesImageStatus& next) {
  const api::BuildStatus& was = seen.status.build;
  const api::BuildStatus& is = next.build;
  if (begun_between(was, is)) return {build_event(seen, false, "BuildStarted", why_built(is))};
  if (!ended_between(was, is)) return {};
  if (is.failure) return {failure_event(seen, is)};
  if (is.cancelled) return {build_event(seen, false, "BuildCancelled", name_of_build(is) + " was cancelled")};
  return {build_event(seen, false, "BuildSucceeded", success_note(next))};
}

std::vector<EmitEvent> events_of_transition(const api::StavesBuilder& seen, const api::StavesBuilderStatus& next) {
  const api::Condition* was = api::find_condition(seen.status.conditions, "Ready");
  const api::Condition* is = api::find_condition(next.conditions, "Ready");
  if (is == nullptr || is->status == ConditionStatus::Unknown) return {};
  if (was != nullptr && was->status == is->status) return {};
  const bool ready = is->status == ConditionStatus::True;
  return {{.regarding = ref_to(seen),
           .warning = !ready,
           .reason = ready ? "Ready" : "NotReady",
           .action = "Resolve",
           .note = api::at_most(is->message, most_note_bytes)}};
}

}  // namespace staves::decide
