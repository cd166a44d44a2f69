#include "api/outcome.h"

#include "api/bounded_text.h"
#include "api/document.h"
#include "api/spec_parts.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 4> outcomes = {"Succeeded", "Failed", "Stopped", "Unchanged"};
constexpr base::JsonLimits limits{.bytes = 16U << 10U, .depth = 8};
constexpr const char* malformed = "ResultMalformed";

StepDone read_step_done(const Fields& fields) {
  return {.outcome = read_outcome(fields),
          .source_date_epoch = fields.number("sourceDateEpoch"),
          .packages = fields.number("packages"),
          .repositories = read_revisions(fields)};
}

PublishFindings read_publish_findings(const Fields& fields) {
  return {.image_is_there = fields.flag("imageIsThere")};
}

}  // namespace

std::string_view to_string(Outcome value) {
  return outcomes[static_cast<std::size_t>(value)];
}

Outcome read_outcome(const Fields& fields) {
  fields.required_text("outcome");
  return fields.choice("outcome", Outcome::Failed, outcomes);
}

base::Json warning_to_json(const BuildWarning& warning) {
  base::Json json = base::Json::object();
  put_text(json, "package", warning.package);
  put_text(json, "phase", warning.phase);
  put_text(json, "message", warning.message);
  return json;
}

BuildWarning read_warning(const Fields& fields) {
  return {.package = fields.text("package"), .phase = fields.text("phase"), .message = fields.text("message")};
}

base::Json left_out_to_json(const LeftOut& left_out) {
  if (left_out.files == 0) return base::Json::object();
  return {{"files", left_out.files}, {"bytes", left_out.bytes}};
}

LeftOut read_left_out(const Fields& fields) {
  return {.files = fields.number("files"), .bytes = fields.number("bytes")};
}

base::Json live_revision_to_json(const LiveRevision& live) {
  base::Json json{{"package", live.package}};
  put_text(json, "revision", live.revision);
  return json;
}

LiveRevision read_live_revision(const Fields& fields) {
  return {.package = fields.text("package"), .revision = fields.text("revision")};
}

base::Json progress_to_json(const Progress& progress) {
  constexpr std::size_t most = 256;
  base::Json json{{"packagesTotal", progress.total},
                  {"packagesDone", progress.done},
                  {"fromCache", progress.from_cache},
                  {"compiled", progress.compiled}};
  put_text(json, "current", at_most(progress.current, most));
  return json;
}

Progress read_progress(const Fields& fields) {
  return {.total = fields.number("packagesTotal"),
          .done = fields.number("packagesDone"),
          .from_cache = fields.number("fromCache"),
          .compiled = fields.number("compiled"),
          .current = fields.text("current")};
}

std::string to_json(const Progress& progress) {
  return base::to_canonical_json(progress_to_json(progress));
}

base::Result<Progress> parse_progress(std::string_view json) {
  return parse_document(json, limits, malformed, read_progress);
}

std::string to_json(const PublishFindings& findings) {
  return base::to_canonical_json({{"imageIsThere", findings.image_is_there}});
}

base::Result<PublishFindings> parse_publish_findings(std::string_view json) {
  return parse_document(json, limits, malformed, read_publish_findings);
}

std::string to_json(const StepDone& done) {
  base::Json json{{"outcome", to_string(done.outcome)}};
  if (done.source_date_epoch != 0) json["sourceDateEpoch"] = done.source_date_epoch;
  if (done.packages != 0) json["packages"] = done.packages;
  put_revisions(json, done.repositories);
  return base::to_canonical_json(json);
}

base::Result<StepDone> parse_step_done(std::string_view json) {
  return parse_document(json, limits, malformed, read_step_done);
}

}  // namespace staves::api
