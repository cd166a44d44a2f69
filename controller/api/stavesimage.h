#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/condition.h"
#include "api/failure.h"
#include "api/image_config.h"
#include "api/object.h"
#include "api/portage_settings.h"
#include "api/reason.h"
#include "api/step_result.h"
#include "base/json.h"
#include "base/result.h"

namespace staves::api {

/// spec.build: how a build is run. Nothing here is an input: a change builds nothing.
struct BuildSettings {
  std::int64_t timeout_seconds = 14400;  ///< 60..604800
  std::int64_t retries = 2;              ///< 0..10, of failures outside the user's input
  std::string resources;                 ///< compact JSON of core/v1 ResourceRequirements for `emerge`; empty: none
  std::string priority_class_name;
  friend bool operator==(const BuildSettings&, const BuildSettings&) = default;
};

/// spec of a StavesImage, defaults filled in.
struct StavesImageSpec {
  std::string builder_name;
  std::vector<std::string> packages;
  PortageSettings portage;
  ToolchainLibraries toolchain_libraries;
  ImageTarget image;
  std::string push_secret_name;  ///< empty: anonymous
  ImageConfig config;
  BuildSettings build;
  std::int64_t history_succeeded = 3;  ///< 0..20
  std::int64_t history_failed = 3;     ///< 0..20
  bool suspend = false;
  friend bool operator==(const StavesImageSpec&, const StavesImageSpec&) = default;
};

/// Step of a running build, in order.
enum class Step { Pending, Sources, Emerge, Publish, Done };
std::string_view to_string(Step value);

/// status.image: what the registry holds.
struct BuiltImage {
  std::string reference;  ///< repository@digest
  std::string digest;
  std::int64_t size_bytes = 0;
  std::int64_t uncompressed_bytes = 0;
  std::int64_t layers = 0;
  std::int64_t packages = 0;
  std::string platform;
  std::vector<std::string> tags;
  std::string inputs_digest;  ///< of the build that made it
  std::optional<base::TimePoint> pushed_time;
  friend bool operator==(const BuiltImage&, const BuiltImage&) = default;
};

/// status.build.inputs: everything by digest.
struct BuildInputs {
  std::string digest;
  std::string builder_name;
  std::string stage3;    ///< reference by digest
  std::string tree;      ///< reference by digest
  std::string document;  ///< the canonical inputs document, at most 32 KiB; empty above that
  /// sha256 of what is no input but may mend a failure (mirrors, pod settings, timeout, ...); empty: not known
  std::string settings;
  friend bool operator==(const BuildInputs&, const BuildInputs&) = default;
};

/// status.build.metrics. Seconds are whole ones except in `steps` (three decimals).
struct BuildMetrics {
  std::int64_t queue_seconds = 0;                     ///< from the Job's creation to the first step
  std::vector<std::pair<std::string, double>> steps;  ///< "emerge/resolve": 0.8, ...
  std::int64_t compiled_packages = 0;
  std::int64_t cached_packages = 0;
  std::int64_t pushed_bytes = 0;
  std::int64_t reused_bytes = 0;
  friend bool operator==(const BuildMetrics&, const BuildMetrics&) = default;
};

/// status.build: the build that runs, or the last one.
struct BuildStatus {
  std::int64_t number = 0;  ///< 0: there was none
  std::int64_t attempt = 1;
  std::int64_t retry = 0;  ///< how many builds before it failed in a row for reasons outside the user's input
  std::string job_name;
  std::string job_uid;  ///< empty until the Job was seen
  std::vector<ReasonToBuild> reasons;
  BuildInputs inputs;
  std::optional<base::TimePoint> start_time;
  std::optional<base::TimePoint> completion_time;  ///< set: the build has ended
  Step step = Step::Pending;
  std::string waiting;  ///< why it does not run yet, e.g. the scheduler's words; may be empty
  std::optional<Progress> progress;
  std::optional<BuildMetrics> metrics;
  std::vector<BuildWarning> warnings;  ///< at most 20
  std::optional<Failure> failure;
  friend bool operator==(const BuildStatus&, const BuildStatus&) = default;
};

/// status.history: newest first, as many as spec.history says of each result.
struct PastBuild {
  std::int64_t number = 0;
  std::vector<std::string> reasons;  ///< spellings of BuildReason
  bool succeeded = false;
  std::string digest;         ///< of the image; only when it succeeded
  std::string failure_class;  ///< only when it failed
  std::int64_t seconds = 0;
  std::optional<base::TimePoint> completion_time;
  friend bool operator==(const PastBuild&, const PastBuild&) = default;
};

struct StavesImageStatus {
  std::int64_t observed_generation = 0;
  Conditions conditions;
  std::optional<BuiltImage> image;
  BuildStatus build;
  std::vector<PastBuild> history;
  std::string last_trigger;  ///< value of the annotation staves.dev/rebuild that was acted on
  friend bool operator==(const StavesImageStatus&, const StavesImageStatus&) = default;
};

/// A StavesImage as the operator keeps it: pruned, typed.
struct StavesImage {
  ObjectMeta meta;
  StavesImageSpec spec;
  StavesImageStatus status;
  std::optional<base::Error> invalid;  ///< set when `spec` could not be read: code InvalidSpec, path in the message
};

/// Reads an API object. A spec that cannot be read gives an object with `invalid` set, so that its status can say so.
/// Errors: MalformedObject (retry: never) when metadata is unusable.
base::Result<StavesImage> parse_stavesimage(const base::Json& object);
/// The `status` member, members that are empty left out.
base::Json to_json(const StavesImageStatus& status);
/// The `spec` member with every default filled in.
base::Json to_json(const StavesImageSpec& spec);

}  // namespace staves::api
