#include "decide/image_status.h"

#include "api/spec_parts.h"
#include "decide/history.h"
#include "decide/names.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

constexpr std::size_t most_warnings = 20;
constexpr std::size_t most_live = 16;

std::string name_of(const api::StavesImage& image, const api::BuildStatus& build) {
  return job_name(image.meta.name, {.image_uid = image.meta.uid,
                                    .number = build.number,
                                    .attempt = build.attempt,
                                    .inputs_digest = build.inputs.digest});
}

/// The target that the build was made for: the spec may name another one by now.
api::ImageTarget target_of(const api::BuildInputs& inputs, const api::StavesImageSpec& spec) {
  const base::Json document = document_of(inputs);
  const auto target = document.find("image");
  if (target == document.end()) return spec.image;
  api::Problem problem;
  return api::read_image_target(api::Fields(*target, "image", problem));
}

api::BuiltImage built_image(const api::BuildStatus& build, const BuildReading& reading, base::TimePoint pushed,
                            const api::StavesImageSpec& spec) {
  const api::ImageTarget target = target_of(build.inputs, spec);
  const api::PublishResult& publish = *reading.publish;
  return {.reference = target.repository + "@" + publish.digest,
          .digest = publish.digest,
          .size_bytes = publish.size_bytes,
          .uncompressed_bytes = publish.uncompressed_bytes,
          .layers = publish.layers,
          .packages = reading.emerge ? reading.emerge->packages : 0,
          .left_out = reading.emerge ? reading.emerge->left_out : api::LeftOut{},
          .platform = publish.platform,
          .platforms = publish.images.empty() ? std::nullopt : std::optional(publish.images),
          .tags = target.tags,
          .inputs_digest = build.inputs.digest,
          .packages_digest = reading.emerge ? reading.emerge->packages_digest : std::string(),
          .pushed_time = pushed};
}

/// Of the same packages nothing else is made: what the registry holds is what these inputs make as well.
void record_image(api::StavesImageStatus& status, const BuildReading& reading, base::TimePoint pushed,
                  const api::StavesImageSpec& spec) {
  api::BuildStatus& build = status.build;
  build.packages_unchanged = !reading.publish;
  if (reading.publish) {
    status.image = built_image(build, reading, pushed, spec);
  } else if (status.image) {
    status.image->inputs_digest = build.inputs.digest;
  }
}

/// What was seen last may be seconds older than the end.
void settle_progress(api::BuildStatus& build) {
  if (build.packages_unchanged) return build.progress.reset();
  if (!build.progress) return;
  build.progress->done = build.progress->total;
  build.progress->compiled = build.metrics->compiled_packages;
  build.progress->from_cache = build.metrics->cached_packages;
  build.progress->current.clear();
}

/// What was found out stays, whatever a later pod does not say.
void record_revisions(api::BuildInputs& inputs, const std::vector<api::RepositoryRevision>& found) {
  if (!found.empty()) inputs.repositories = found;
}

// Texts about a pull alternate between a short and a long form of the same thing: the first one stays.
bool says_the_same(const std::string& was, const std::string& is) {
  constexpr std::string_view pull = "ImagePullBackOff";
  const std::size_t at = is.find(pull);
  return at != std::string::npos && was.starts_with(is.substr(0, at + pull.size()));
}

}  // namespace

api::BuildStatus intended_build(const ImageObservation& seen, const Inputs& inputs, std::int64_t number,
                                std::vector<api::ReasonToBuild> reasons) {
  api::BuildStatus build;
  build.number = number;
  build.reasons = std::move(reasons);
  build.inputs = recorded_inputs(inputs, *seen.wanted);
  build.queued_time = seen.now;
  build.step = api::Step::Queued;
  build.job_name = name_of(*seen.wanted, build);
  return build;
}

api::BuildStatus next_attempt(const api::StavesImage& image, const api::BuildStatus& build) {
  api::BuildStatus next;
  next.number = build.number;
  next.attempt = build.attempt + 1;
  next.retry = build.retry;
  next.reasons = build.reasons;
  next.inputs = build.inputs;
  next.only_if_packages_change = build.only_if_packages_change;
  next.queued_time = build.queued_time;
  next.start_time = build.start_time;
  next.job_name = name_of(image, next);
  return next;
}

void follow_build(api::BuildStatus& build, const BuildReading& reading, const std::optional<api::Progress>& progress) {
  build.step = reading.step;
  record_revisions(build.inputs, reading.repositories);
  if (!says_the_same(build.waiting, reading.waiting)) build.waiting = reading.waiting;
  if (reading.step == api::Step::Pending || reading.step == api::Step::Queued) {
    build.progress.reset();
  } else if (progress) {
    build.progress = progress;
  }
}

void record_ending(api::StavesImageStatus& status, const BuildReading& reading, const Ending& ending,
                   const api::StavesImageSpec& spec) {
  api::BuildStatus& build = status.build;
  build.completion_time = ending.at;
  record_revisions(build.inputs, reading.repositories);
  build.step = api::Step::Done;
  build.waiting.clear();
  build.metrics = reading.metrics;
  build.failure = ending.failure;
  if (reading.emerge) {
    // Nothing was merged that could say something else than before.
    if (!reading.unchanged) build.warnings = reading.emerge->warnings;
    if (build.warnings.size() > most_warnings) build.warnings.resize(most_warnings);
    build.inputs.live = reading.emerge->live;
    if (reading.emerge->toolchain != api::Toolchain{}) build.inputs.toolchain = reading.emerge->toolchain;
    if (build.inputs.live.size() > most_live) build.inputs.live.resize(most_live);
  }
  if (!ending.failure) {
    record_image(status, reading, ending.at, spec);
    settle_progress(build);
  }
  remember_build(status);
}

void record_cancellation(api::StavesImageStatus& status, base::TimePoint now) {
  api::BuildStatus& build = status.build;
  build.completion_time = now;
  build.step = api::Step::Done;
  build.waiting.clear();
  build.queue.reset();
  build.cancelled = true;
  remember_build(status);
}

}  // namespace staves::decide
