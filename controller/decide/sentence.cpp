#include "decide/sentence.h"

#include "api/bounded_text.h"

namespace staves::decide {
namespace {

constexpr std::size_t most_bytes = 900;
constexpr std::size_t told_changes = 3;

std::string words_of(api::BuildReason reason) {
  switch (reason) {
    case api::BuildReason::First:
      return "nothing was built yet";
    case api::BuildReason::Spec:
      return "the spec changed";
    case api::BuildReason::Builder:
      return "the builder changed";
    case api::BuildReason::Tree:
      return "the ebuild tree changed";
    case api::BuildReason::Repository:
      return "the branch of an overlay moved";
    case api::BuildReason::Platform:
      return "the image of a platform changed";
    case api::BuildReason::Schedule:
      return "spec.rebuild.schedule asks for it";
    case api::BuildReason::ImageMissing:
      return "the registry no longer has the image";
    case api::BuildReason::Trigger:
      return "the annotation staves.dev/rebuild asks for it";
    case api::BuildReason::Retry:
      return "the last build failed and another try may succeed";
  }
  return {};
}

std::string words_of(const api::ReasonToBuild& reason) {
  if (reason.changes.empty()) return words_of(reason.reason);
  std::string words;
  for (std::size_t i = 0; i < reason.changes.size() && i < told_changes; ++i) {
    const api::Change& change = reason.changes[i];
    words += (i == 0 ? "" : ", ") + change.path + " was " + change.was + " and is " + change.is;
  }
  const std::size_t more = reason.changes.size() - std::min(reason.changes.size(), told_changes);
  if (more > 0) words += ", and " + std::to_string(more) + " more";
  return words;
}

}  // namespace

std::string name_of_build(const api::BuildStatus& build) {
  std::string name = "build " + std::to_string(build.number);
  if (build.attempt > 1) name += ", attempt " + std::to_string(build.attempt);
  return name;
}

std::string why_built(const api::BuildStatus& build) {
  std::string words = name_of_build(build);
  if (build.attempt > 1) return words + " because the Job of the attempt before is gone";
  for (std::size_t i = 0; i < build.reasons.size(); ++i) {
    words += (i == 0 ? " because " : ", and because ") + words_of(build.reasons[i]);
  }
  return api::at_most(words, most_bytes);
}

std::string held_back(const std::vector<api::ReasonToBuild>& reasons) {
  std::string words;
  for (const api::ReasonToBuild& reason : reasons) {
    const bool is_tree = reason.reason == api::BuildReason::Tree;
    words += std::string("; ") + words_of(reason) + ", which waits for the next build because " +
             (is_tree ? "spec.rebuild.onTreeChange is Never" : "spec.rebuild.onBuilderChange is false");
  }
  return api::at_most(words, most_bytes);
}

std::string how_failed(const api::Failure& failure) {
  std::string words(api::to_string(failure.failure_class));
  if (!failure.package.empty()) words += ": " + failure.package;
  if (!failure.phase.empty()) words += " (" + failure.phase + ")";
  if (!failure.message.empty()) words += ": " + failure.message;
  const std::string_view help = api::advice(failure.failure_class);
  const std::string_view stop = words.ends_with('.') ? " " : ". ";
  return api::at_most(words, most_bytes - help.size()) + std::string(stop) + std::string(help);
}

std::string build_cancelled(const api::StavesImage& image, const api::BuildStatus& build) {
  return name_of_build(build) + " was cancelled; a change of the spec builds again, and so does kubectl annotate -n " +
         image.meta.name_space + " stavesimage " + image.meta.name + " --overwrite staves.dev/rebuild=\"$(date)\"";
}

std::string build_ended_well(const api::BuildStatus& build) {
  if (!build.packages_unchanged) return name_of_build(build) + " succeeded";
  return name_of_build(build) + " found that the packages stay the same, and left the image as it is";
}

std::string build_failed(const api::BuildStatus& build) {
  return name_of_build(build) + " failed: " + (build.failure ? how_failed(*build.failure) : std::string("unknown"));
}

}  // namespace staves::decide
