#include "api/stavesimage_status.h"

#include <cmath>

#include "api/condition_json.h"
#include "api/failure_json.h"
#include "api/outcome.h"
#include "api/spec_parts.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 7> steps = {"Queued", "Pending", "Sources", "Emerge", "Test", "Publish", "Done"};

void put_time(base::Json& object, std::string_view name, const std::optional<base::TimePoint>& time) {
  if (time) object[std::string(name)] = base::to_rfc3339(*time);
}

/// What the printer column shows: "1a2b3c4d5e6f".
std::string short_digest(std::string_view digest) {
  constexpr std::size_t shown = 12;
  const auto colon = digest.find(':');
  return std::string(digest.substr(colon == std::string_view::npos ? 0 : colon + 1, shown));
}

base::Json platform_to_json(const IndexedImage& image) {
  return {{"platform", to_string(image.platform)}, {"digest", image.digest}, {"sizeBytes", image.size_bytes}};
}

base::Json image_to_json(const BuiltImage& image) {
  base::Json json{{"reference", image.reference},  {"digest", image.digest},
                  {"sizeBytes", image.size_bytes}, {"uncompressedBytes", image.uncompressed_bytes},
                  {"layers", image.layers},        {"packages", image.packages}};
  put_object(json, "leftOut", left_out_to_json(image.left_out));
  put_text(json, "shortDigest", short_digest(image.digest));
  // A list, because an image for several platforms has one entry of each.
  if (!image.platform.empty()) {
    json["platforms"] = {{{"platform", image.platform}, {"digest", image.digest}, {"sizeBytes", image.size_bytes}}};
  }
  if (image.platforms) {
    for (const IndexedImage& one : *image.platforms) json["platforms"].push_back(platform_to_json(one));
  }
  put_texts(json, "tags", image.tags);
  put_text(json, "inputsDigest", image.inputs_digest);
  put_text(json, "packagesDigest", image.packages_digest);
  put_time(json, "pushedTime", image.pushed_time);
  put_time(json, "seenTime", image.seen_time);
  return json;
}

BuiltImage read_image(const Fields& fields) {
  const auto platforms = fields.objects("platforms");
  BuiltImage image{.reference = fields.text("reference"),
                   .digest = fields.text("digest"),
                   .size_bytes = fields.number("sizeBytes"),
                   .uncompressed_bytes = fields.number("uncompressedBytes"),
                   .layers = fields.number("layers"),
                   .packages = fields.number("packages"),
                   .left_out = read_left_out(fields.object("leftOut")),
                   .platform = platforms.size() == 1 ? platforms.front().text("platform") : std::string(),
                   .tags = fields.texts("tags"),
                   .inputs_digest = fields.text("inputsDigest"),
                   .packages_digest = fields.text("packagesDigest"),
                   .pushed_time = fields.time("pushedTime"),
                   .seen_time = fields.time("seenTime")};
  if (platforms.size() > 1) {
    std::vector<IndexedImage> images;
    for (const Fields& one : platforms) images.push_back(read_indexed_image(one));
    image.platforms = std::move(images);
  }
  return image;
}

base::Json reason_to_json(const ReasonToBuild& reason) {
  base::Json json{{"reason", to_string(reason.reason)}};
  for (const Change& one : reason.changes) {
    json["changes"].push_back({{"path", one.path}, {"was", one.was}, {"is", one.is}});
  }
  return json;
}

ReasonToBuild read_reason(const Fields& fields) {
  ReasonToBuild reason{.reason = build_reason_from(fields.text("reason")).value_or(BuildReason::First), .changes = {}};
  for (const Fields& one : fields.objects("changes")) {
    reason.changes.push_back({.path = one.text("path"), .was = one.text("was"), .is = one.text("is")});
  }
  return reason;
}

base::Json inputs_to_json(const BuildInputs& inputs) {
  base::Json json = base::Json::object();
  put_text(json, "digest", inputs.digest);
  if (!inputs.builder_name.empty()) json["builder"] = {{"name", inputs.builder_name}};
  put_text(json, "stage3", inputs.stage3);
  put_text(json, "tree", inputs.tree);
  for (const auto& one : inputs.live) json["live"].push_back(live_revision_to_json(one));
  if (inputs.toolchain) put_object(json, "toolchain", to_json(*inputs.toolchain));
  put_revisions(json, inputs.repositories);
  put_text(json, "document", inputs.document);
  put_text(json, "settings", inputs.settings);
  return json;
}

base::Boxed<Toolchain> toolchain_of(const Fields& inputs) {
  base::Boxed<Toolchain> toolchain;
  if (inputs.has("toolchain")) toolchain = read_toolchain(inputs.object("toolchain"));
  return toolchain;
}

BuildInputs read_inputs(const Fields& fields) {
  std::vector<LiveRevision> live;
  for (const Fields& one : fields.objects("live")) live.push_back(read_live_revision(one));
  return {.digest = fields.text("digest"),
          .builder_name = fields.object("builder").text("name"),
          .stage3 = fields.text("stage3"),
          .tree = fields.text("tree"),
          .live = std::move(live),
          .toolchain = toolchain_of(fields),
          .repositories = read_revisions(fields),
          .document = fields.text("document"),
          .settings = fields.text("settings")};
}

base::Json metrics_to_json(const BuildMetrics& metrics) {
  base::Json json{{"queueSeconds", metrics.queue_seconds},
                  {"compiledPackages", metrics.compiled_packages},
                  {"cachedPackages", metrics.cached_packages},
                  {"pushedBytes", metrics.pushed_bytes},
                  {"reusedBytes", metrics.reused_bytes}};
  if (metrics.cache) {
    json["cacheBytes"] = metrics.cache->used_bytes;
    json["packagesInCache"] = metrics.cache->packages;
  }
  for (const auto& [name, seconds] : metrics.steps) {
    json["steps"].push_back({{"name", name}, {"seconds", std::round(seconds * 1000) / 1000}});
  }
  return json;
}

BuildMetrics read_metrics(const Fields& fields) {
  BuildMetrics metrics;
  metrics.queue_seconds = fields.number("queueSeconds");
  metrics.compiled_packages = fields.number("compiledPackages");
  metrics.cached_packages = fields.number("cachedPackages");
  metrics.pushed_bytes = fields.number("pushedBytes");
  metrics.reused_bytes = fields.number("reusedBytes");
  if (fields.has("cacheBytes")) {
    metrics.cache =
        CacheCensus{.used_bytes = fields.number("cacheBytes"), .packages = fields.number("packagesInCache")};
  }
  for (const Fields& one : fields.objects("steps"))
    metrics.steps.emplace_back(one.text("name"), one.decimal("seconds"));
  return metrics;
}

base::Json position_to_json(const QueuePosition& queue) {
  return {{"position", queue.position}, {"length", queue.length}, {"time", base::to_rfc3339(queue.time)}};
}

QueuePosition read_position(const Fields& fields) {
  return {.position = fields.number("position"),
          .length = fields.number("length"),
          .time = fields.time("time").value_or(base::TimePoint{})};
}

base::Json build_to_json(const BuildStatus& build) {
  base::Json json{{"number", build.number}, {"attempt", build.attempt}, {"step", to_string(build.step)}};
  if (build.retry > 0) json["retry"] = build.retry;
  if (!build.job_name.empty()) {
    json["jobRef"] = {{"name", build.job_name}};
    put_text(json["jobRef"], "uid", build.job_uid);
  }
  for (const auto& reason : build.reasons) json["reasons"].push_back(reason_to_json(reason));
  put_object(json, "inputs", inputs_to_json(build.inputs));
  put_time(json, "queuedTime", build.queued_time);
  if (build.queue) json["queue"] = position_to_json(*build.queue);
  put_time(json, "startTime", build.start_time);
  put_time(json, "completionTime", build.completion_time);
  if (build.only_if_packages_change) json["onlyIfPackagesChange"] = true;
  if (build.packages_unchanged) json["packagesUnchanged"] = true;
  put_text(json, "waiting", build.waiting);
  if (build.progress) json["progress"] = progress_to_json(*build.progress);
  if (build.metrics) json["metrics"] = metrics_to_json(*build.metrics);
  for (const auto& warning : build.warnings) json["warnings"].push_back(warning_to_json(warning));
  if (build.failure) json["failure"] = failure_to_json(*build.failure);
  if (build.cancelled) json["cancelled"] = true;
  return json;
}

BuildStatus read_build(const Fields& fields) {
  BuildStatus build;
  build.number = fields.number("number");
  build.attempt = fields.number("attempt", 1);
  build.retry = fields.number("retry");
  build.job_name = fields.object("jobRef").text("name");
  build.job_uid = fields.object("jobRef").text("uid");
  for (const Fields& one : fields.objects("reasons")) build.reasons.push_back(read_reason(one));
  build.inputs = read_inputs(fields.object("inputs"));
  build.queued_time = fields.time("queuedTime");
  if (fields.has("queue")) build.queue = read_position(fields.object("queue"));
  build.start_time = fields.time("startTime");
  build.completion_time = fields.time("completionTime");
  build.step = fields.choice("step", Step::Pending, steps);
  build.only_if_packages_change = fields.flag("onlyIfPackagesChange");
  build.packages_unchanged = fields.flag("packagesUnchanged");
  build.waiting = fields.text("waiting");
  if (fields.has("progress")) build.progress = read_progress(fields.object("progress"));
  if (fields.has("metrics")) build.metrics = read_metrics(fields.object("metrics"));
  for (const Fields& one : fields.objects("warnings")) build.warnings.push_back(read_warning(one));
  if (fields.has("failure")) build.failure = read_failure(fields.object("failure"));
  build.cancelled = fields.flag("cancelled");
  return build;
}

base::Json past_build_to_json(const PastBuild& past) {
  const char* result = past.unchanged   ? "Unchanged"
                       : past.succeeded ? "Succeeded"
                       : past.cancelled ? "Cancelled"
                                        : "Failed";
  base::Json json{{"number", past.number}, {"result", result}, {"seconds", past.seconds}};
  put_texts(json, "reasons", past.reasons);
  put_text(json, "digest", past.digest);
  put_text(json, "failureClass", past.failure_class);
  put_time(json, "completionTime", past.completion_time);
  return json;
}

PastBuild read_past_build(const Fields& fields) {
  return {.number = fields.number("number"),
          .reasons = fields.texts("reasons"),
          .succeeded = fields.text("result") == "Succeeded" || fields.text("result") == "Unchanged",
          .unchanged = fields.text("result") == "Unchanged",
          .cancelled = fields.text("result") == "Cancelled",
          .digest = fields.text("digest"),
          .failure_class = fields.text("failureClass"),
          .seconds = fields.number("seconds"),
          .completion_time = fields.time("completionTime")};
}

}  // namespace

std::string_view to_string(Step value) {
  return steps[static_cast<std::size_t>(value)];
}

StavesImageStatus read_stavesimage_status(const Fields& status) {
  StavesImageStatus read;
  read.observed_generation = status.number("observedGeneration");
  read.conditions = read_conditions(status);
  if (status.has("image")) read.image = read_image(status.object("image"));
  read.build = read_build(status.object("build"));
  for (const Fields& one : status.objects("history")) read.history.push_back(read_past_build(one));
  read.last_trigger = status.text("lastTrigger");
  return read;
}

base::Json to_json(const StavesImageStatus& status) {
  base::Json json = base::Json::object();
  if (status.observed_generation != 0) json["observedGeneration"] = status.observed_generation;
  put_object(json, "conditions", conditions_to_json(status.conditions));
  if (status.image) json["image"] = image_to_json(*status.image);
  if (status.build.number != 0) json["build"] = build_to_json(status.build);
  for (const auto& past : status.history) json["history"].push_back(past_build_to_json(past));
  put_text(json, "lastTrigger", status.last_trigger);
  return json;
}

}  // namespace staves::api
