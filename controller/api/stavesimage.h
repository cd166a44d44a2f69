#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/condition.h"
#include "api/failure.h"
#include "api/image_config.h"
#include "api/indexed_image.h"
#include "api/object.h"
#include "api/platform.h"
#include "api/portage_settings.h"
#include "api/reason.h"
#include "api/repository.h"
#include "api/step_result.h"
#include "base/boxed.h"
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

/// spec.stavesToml: a staves.toml that says what the image is made of, instead of fields of the spec.
struct StavesTomlSource {
  std::string inline_text;      ///< the file itself; empty: it is in a ConfigMap
  std::string config_map_name;  ///< of the image's namespace
  std::string config_map_key = "staves.toml";
  friend bool operator==(const StavesTomlSource&, const StavesTomlSource&) = default;
};

/// Whether a change of the ebuild tree builds again.
enum class OnTreeChange { WhenPackagesChange, Always, Never };

/// spec.rebuild: what builds again by itself. Nothing here is an input.
struct RebuildPolicy {
  bool on_builder_change = true;
  OnTreeChange on_tree_change = OnTreeChange::WhenPackagesChange;
  base::SharedText schedule;  ///< what parse_cron_schedule reads; empty: none
  friend bool operator==(const RebuildPolicy&, const RebuildPolicy&) = default;
};

/// spec of a StavesImage, defaults filled in.
struct StavesImageSpec {
  base::SharedText builder_name;
  base::Boxed<StavesTomlSource> staves_toml;  ///< set: what it says is not in the other members, see with_staves_toml
  std::vector<std::string> packages;
  PortageSettings portage;
  Locale locale;
  std::vector<Repository> repositories;  ///< overlays, after those of the builder
  ToolchainLibraries toolchain_libraries;
  std::vector<Platform> platforms;  ///< empty: that of the node; several: an index of an image for each
  ImageTarget image;
  base::SharedText push_secret_name;  ///< empty: anonymous
  ImageConfig config;
  ImageTest test;
  RebuildPolicy rebuild;
  BuildSettings build;
  base::SharedText queue_name;         ///< a LocalQueue of Kueue; empty: that of the builder, if it has one
  std::int64_t history_succeeded = 3;  ///< 0..20
  std::int64_t history_failed = 3;     ///< 0..20
  bool suspend = false;
  friend bool operator==(const StavesImageSpec&, const StavesImageSpec&) = default;
};

/// Step of a build, in order.
enum class Step { Queued, Pending, Sources, Emerge, Test, Publish, Done };
std::string_view to_string(Step value);

/// status.image: what the registry holds.
struct BuiltImage {
  std::string reference;  ///< repository@digest
  std::string digest;
  std::int64_t size_bytes = 0;
  std::int64_t uncompressed_bytes = 0;
  std::int64_t layers = 0;
  std::int64_t packages = 0;
  LeftOut left_out;
  base::SharedText platform;                           ///< empty for an index
  base::Boxed<std::vector<IndexedImage>> platforms{};  ///< of an index; sizes as compressed only
  std::vector<std::string> tags;
  std::string inputs_digest;    ///< of the build that made it, or that last found that it would make the same
  std::string packages_digest;  ///< of the binary packages in it; empty: not known
  std::optional<base::TimePoint> pushed_time;
  /// When the registry first told anybody who asks that it has it. Nothing: it never did, so that it cannot be missed.
  std::optional<base::TimePoint> seen_time{};
  friend bool operator==(const BuiltImage&, const BuiltImage&) = default;
};

/// status.build.inputs: everything by digest.
struct BuildInputs {
  std::string digest;
  base::SharedText builder_name;
  base::SharedText stage3;             ///< reference by digest
  base::SharedText tree;               ///< reference by digest
  std::vector<LiveRevision> live;      ///< of live ebuilds, which no input tells
  base::Boxed<Toolchain> toolchain{};  ///< what the stage3 compiled with; known after the build
  /// Overlays of type git, as far as their revisions are known
  std::vector<RepositoryRevision> repositories;
  std::string document;  ///< the canonical inputs document, at most 32 KiB; empty above that
  /// sha256 of what is no input but may mend a failure (mirrors, pod settings, timeout, ...); empty: not known
  base::SharedText settings;
  friend bool operator==(const BuildInputs&, const BuildInputs&) = default;
};

/// status.build.metrics. Seconds are whole ones except in `steps` (three decimals).
struct BuildMetrics {
  std::int64_t queue_seconds = 0;                          ///< from when it was wanted to the first step
  std::vector<std::pair<base::SharedText, double>> steps;  ///< "emerge/resolve": 0.8, ...
  std::int64_t compiled_packages = 0;
  std::int64_t cached_packages = 0;
  std::int64_t pushed_bytes = 0;
  std::int64_t reused_bytes = 0;
  std::optional<CacheCensus> cache{};  ///< what the build left on the cache volume
  friend bool operator==(const BuildMetrics&, const BuildMetrics&) = default;
};

/// status.build.queue: where a build stood in the queue of its builder when somebody last looked.
struct QueuePosition {
  std::int64_t position = 0;  ///< 1: it is the next
  std::int64_t length = 0;
  base::TimePoint time{};
  friend bool operator==(const QueuePosition&, const QueuePosition&) = default;
};

/// status.build: the build that waits or runs, or the last one.
struct BuildStatus {
  std::int64_t number = 0;  ///< 0: there was none
  std::int64_t attempt = 1;
  std::int64_t retry = 0;  ///< how many builds before it failed in a row for reasons outside the user's input
  std::string job_name;
  std::string job_uid;  ///< empty until the Job was seen
  std::vector<ReasonToBuild> reasons;
  BuildInputs inputs;
  std::optional<base::TimePoint> queued_time;      ///< since when it wants a place among the builds of its builder
  std::optional<QueuePosition> queue;              ///< only while it waits for one
  std::optional<base::TimePoint> start_time;       ///< when it got one and its Job was to be made
  std::optional<base::TimePoint> completion_time;  ///< set: the build has ended
  Step step = Step::Pending;
  bool only_if_packages_change = false;  ///< it makes no image of the packages that status.image has
  bool packages_unchanged = false;       ///< it ended so
  std::string waiting;                   ///< why it does not run yet, e.g. the scheduler's words; may be empty
  base::Boxed<Progress> progress;
  base::Boxed<BuildMetrics> metrics;
  std::vector<BuildWarning> warnings;  ///< at most 20
  base::Boxed<Failure> failure;
  bool cancelled = false;  ///< it ended because somebody asked for its end
  friend bool operator==(const BuildStatus&, const BuildStatus&) = default;
};

/// status.history: newest first, as many as spec.history says of each result.
struct PastBuild {
  std::int64_t number = 0;
  std::vector<std::string> reasons;  ///< spellings of BuildReason
  bool succeeded = false;
  bool unchanged = false;     ///< it succeeded, and left the image as it was
  bool cancelled = false;     ///< neither succeeded nor failed
  std::string digest;         ///< of the image; only when it succeeded
  std::string failure_class;  ///< only when it failed
  std::int64_t seconds = 0;
  std::optional<base::TimePoint> completion_time;
  friend bool operator==(const PastBuild&, const PastBuild&) = default;
};

struct StavesImageStatus {
  std::int64_t observed_generation = 0;
  Conditions conditions;
  base::Boxed<BuiltImage> image;
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
  std::string rebuild;  ///< value of the annotation staves.dev/rebuild; empty: none
  std::string cancel;   ///< value of the annotation staves.dev/cancel; empty: none
  /// Set when `spec` could not be read: code InvalidSpec with the path in the message, or ConfigMapNotFound.
  base::Boxed<base::Error> invalid;
};

/// Reads an API object. A spec that cannot be read gives an object with `invalid` set, so that its status can say so.
/// Errors: MalformedObject (retry: never) when metadata is unusable.
base::Result<StavesImage> parse_stavesimage(const base::Json& object);
/// The image with what its staves.toml says in the members of its spec, as if the user had written them there; what the
/// spec says itself wins. A text that cannot be read, or members beside it that it would hide, give an image with
/// `invalid` set. `image.spec.staves_toml` must be set.
StavesImage with_staves_toml(const StavesImage& image, std::string_view text);
/// The `status` member, members that are empty left out.
base::Json to_json(const StavesImageStatus& status);
/// The `spec` member with every default filled in.
base::Json to_json(const StavesImageSpec& spec);

}  // namespace staves::api
