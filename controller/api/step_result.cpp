#include "api/step_result.h"
#include "api/document.h"

#include <cmath>

#include "api/bounded_text.h"
#include "api/failure_json.h"
#include "api/outcome.h"
#include "api/spec_parts.h"
#include "api/words.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr base::JsonLimits limits{.bytes = 16U << 10U, .depth = 8};

double to_milliseconds_exactly(double seconds) {
  return std::round(seconds * 1000) / 1000;
}

base::Json emerge_to_json(const EmergeResult& emerge) {
  base::Json json{{"compiled", emerge.compiled}, {"cached", emerge.cached}, {"packages", emerge.packages}};
  for (const auto& warning : emerge.warnings) json["warnings"].push_back(warning_to_json(warning));
  put_texts(json, "compiledNames", emerge.compiled_names);
  put_object(json, "leftOut", left_out_to_json(emerge.left_out));
  for (const auto& one : emerge.live) json["live"].push_back(live_revision_to_json(one));
  put_object(json, "toolchain", to_json(emerge.toolchain));
  put_text(json, "packagesDigest", emerge.packages_digest);
  if (emerge.cache) json["cache"] = {{"usedBytes", emerge.cache->used_bytes}, {"packages", emerge.cache->packages}};
  return json;
}

EmergeResult read_emerge(const Fields& fields) {
  EmergeResult emerge;
  emerge.compiled = fields.number("compiled");
  emerge.cached = fields.number("cached");
  emerge.packages = fields.number("packages");
  emerge.compiled_names = fields.texts("compiledNames");
  emerge.left_out = read_left_out(fields.object("leftOut"));
  for (const Fields& one : fields.objects("live")) emerge.live.push_back(read_live_revision(one));
  for (const Fields& one : fields.objects("warnings")) emerge.warnings.push_back(read_warning(one));
  emerge.toolchain = read_toolchain(fields.object("toolchain"));
  emerge.packages_digest = fields.digest("packagesDigest");
  if (fields.has("cache")) {
    const Fields cache = fields.object("cache");
    emerge.cache = CacheCensus{.used_bytes = cache.number("usedBytes"), .packages = cache.number("packages")};
  }
  return emerge;
}

base::Json publish_to_json(const PublishResult& publish) {
  base::Json json{{"digest", publish.digest},
                  {"sizeBytes", publish.size_bytes},
                  {"uncompressedBytes", publish.uncompressed_bytes},
                  {"layers", publish.layers},
                  {"pushedBytes", publish.pushed_bytes},
                  {"reusedBytes", publish.reused_bytes},
                  {"platform", publish.platform}};
  for (const IndexedImage& image : publish.images) json["images"].push_back(to_json(image));
  return json;
}

PublishResult read_publish(const Fields& fields) {
  PublishResult publish{.digest = fields.required_digest("digest"),
                        .size_bytes = fields.number("sizeBytes"),
                        .uncompressed_bytes = fields.number("uncompressedBytes"),
                        .layers = fields.number("layers", 1),
                        .pushed_bytes = fields.number("pushedBytes"),
                        .reused_bytes = fields.number("reusedBytes"),
                        .platform = fields.text("platform")};
  for (const Fields& one : fields.objects("images")) publish.images.push_back(read_indexed_image(one));
  return publish;
}

base::Json result_to_json(const StepResult& result) {
  base::Json json{{"outcome", to_string(result.outcome)}};
  if (result.failure) json["failure"] = failure_to_json(*result.failure);
  for (const auto& [name, seconds] : result.timings) {
    json["timings"].push_back({{"name", name}, {"seconds", to_milliseconds_exactly(seconds)}});
  }
  if (result.emerge) json["emerge"] = emerge_to_json(*result.emerge);
  if (result.publish) json["publish"] = publish_to_json(*result.publish);
  put_revisions(json, result.repositories);
  return json;
}

StepResult read_result(const Fields& fields) {
  StepResult result;
  result.outcome = read_outcome(fields);
  if (fields.has("failure")) result.failure = read_failure(fields.object("failure"));
  if (result.failure.has_value() != (result.outcome == Outcome::Failed))
    fields.must_be("failure", "set exactly when the step failed");
  for (const Fields& one : fields.objects("timings")) {
    result.timings.emplace_back(one.required_text("name"), one.decimal("seconds"));
  }
  if (fields.has("emerge")) result.emerge = read_emerge(fields.object("emerge"));
  if (fields.has("publish")) result.publish = read_publish(fields.object("publish"));
  result.repositories = read_revisions(fields);
  return result;
}

/// Bytes above the limit; 0 when it fits.
std::size_t excess(const StepResult& result) {
  const std::size_t size = base::to_canonical_json(result_to_json(result)).size();
  return size > max_step_result_bytes ? size - max_step_result_bytes : 0;
}

/// Bounds what the structure itself is made of, and makes every text valid, so that sizes can be computed.
void bound_names(StepResult& result) {
  constexpr std::size_t sentence = 256;
  constexpr std::size_t name = 160;
  constexpr std::size_t word = 48;
  if (result.failure) {
    auto& failure = *result.failure;
    const std::string log = valid_utf8(failure.log_tail);
    const std::size_t log_size = json_size(log);
    failure = {.failure_class = failure.failure_class,
               .package = at_most(failure.package, name),
               .phase = at_most(failure.phase, word),
               .message = at_most(failure.message, max_step_result_bytes),
               .log_tail = cut_front(log, log_size - std::min(log_size, max_step_result_bytes))};
  }
  for (auto& [part, seconds] : result.timings) part = at_most(part, word);
  if (result.emerge) {
    for (auto& one : result.emerge->warnings)
      one = {at_most(one.package, name), at_most(one.phase, word), at_most(one.message, sentence)};
    for (auto& one : result.emerge->compiled_names) one = at_most(one, name);
    for (auto& one : result.emerge->live) one = {at_most(one.package, name), at_most(one.revision, name)};
    auto& toolchain = result.emerge->toolchain;
    for (auto* one :
         {&toolchain.arch, &toolchain.chost, &toolchain.libc, &toolchain.gcc, &toolchain.binutils, &toolchain.portage})
      *one = at_most(*one, word);
    toolchain.profile = at_most(toolchain.profile, name);
  }
  if (result.publish && result.publish->images.size() > most_platforms) result.publish->images.resize(most_platforms);
  if (result.publish) result.publish->platform = at_most(result.publish->platform, word);
}

/// Keeps the longest beginning of a list with which the result fits; nothing of it when none does.
template <class T>
void keep_what_fits(const StepResult& result, std::vector<T>& list) {
  const std::vector<T> all = std::exchange(list, {});
  const auto fits = [&](std::size_t count) {
    list.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    return excess(result) == 0;
  };
  std::size_t fitting = 0;
  std::size_t too_many = all.size() + 1;
  while (fitting + 1 < too_many) {
    const std::size_t middle = fitting + (too_many - fitting) / 2;
    (fits(middle) ? fitting : too_many) = middle;
  }
  fits(fitting);
}

}  // namespace

int exit_code_of(const StepResult& result) {
  if (result.outcome == Outcome::Succeeded || result.outcome == Outcome::Unchanged) return exit_code::succeeded;
  if (result.outcome == Outcome::Stopped) return exit_code::stopped;
  const bool input = result.failure && only_user_can_mend(result.failure->failure_class);
  return input ? exit_code::failed_by_input : exit_code::failed_by_surroundings;
}

std::string to_json(const StepResult& result) {
  StepResult fitting = result;
  bound_names(fitting);
  if (fitting.failure) fitting.failure->log_tail = cut_front(fitting.failure->log_tail, excess(fitting));
  if (fitting.emerge) {
    keep_what_fits(fitting, fitting.emerge->warnings);
    keep_what_fits(fitting, fitting.emerge->compiled_names);
    keep_what_fits(fitting, fitting.emerge->live);
  }
  if (fitting.failure) fitting.failure->message = cut_end(fitting.failure->message, excess(fitting));
  keep_what_fits(fitting, fitting.timings);
  keep_what_fits(fitting, fitting.repositories);
  return base::to_canonical_json(result_to_json(fitting));
}

base::Result<StepResult> parse_step_result(std::string_view termination_message) {
  return parse_document(termination_message, limits, "ResultMalformed", read_result);
}

}  // namespace staves::api
