#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/failure.h"
#include "api/indexed_image.h"
#include "api/repository.h"
#include "api/toolchain.h"
#include "base/result.h"

namespace staves::api {

/// Unchanged: the plan asked for an image only if its packages change, and they do not.
enum class Outcome { Succeeded, Failed, Stopped, Unchanged };

/// Exit codes of the steps. Source: design/0001-the-way-of-a-build.md.
namespace exit_code {
inline constexpr int succeeded = 0;
inline constexpr int failed_by_input = 10;
inline constexpr int failed_by_surroundings = 11;
inline constexpr int stopped = 12;
}  // namespace exit_code

/// What an ebuild said though its merge succeeded.
struct BuildWarning {
  std::string package;
  std::string phase;
  std::string message;
  friend bool operator==(const BuildWarning&, const BuildWarning&) = default;
};

/// What was taken out of a root because no program needs it to run.
struct LeftOut {
  std::int64_t files = 0;  ///< links as well
  std::int64_t bytes = 0;
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

/// The revision of its sources that a live ebuild built.
struct LiveRevision {
  std::string package;   ///< CPV
  std::string revision;  ///< as its version control names it; empty when the ebuild left none behind
  friend bool operator==(const LiveRevision&, const LiveRevision&) = default;
};

/// What lay on the cache volume when `emerge` ended: binary packages and source archives, no trees.
struct CacheCensus {
  std::int64_t used_bytes = 0;
  std::int64_t packages = 0;
  friend bool operator==(const CacheCensus&, const CacheCensus&) = default;
};

/// Result of `emerge`, beside what every step has.
struct EmergeResult {
  std::int64_t compiled = 0;  ///< packages merged into the image's root from source, and build dependencies compiled
  std::int64_t cached = 0;    ///< packages merged into the image's root from binary packages
  std::int64_t packages = 0;  ///< packages in the image
  std::vector<BuildWarning> warnings;       ///< at most 20 in status; as many as fit here
  std::vector<std::string> compiled_names;  ///< CPVs, the first that fit
  LeftOut left_out;
  std::vector<LiveRevision> live;  ///< at most 16; as many as fit
  std::optional<CacheCensus> cache{};
  Toolchain toolchain{};
  std::string packages_digest{};  ///< of the binary packages in the image; empty: not all of it is made of known ones
  friend bool operator==(const EmergeResult&, const EmergeResult&) = default;
};

/// Result of `publish`, beside what every step has.
struct PublishResult {
  std::string digest;                   ///< of the manifest, as the registry has it
  std::int64_t size_bytes = 0;          ///< config and compressed layers
  std::int64_t uncompressed_bytes = 0;  ///< layers, uncompressed
  std::int64_t layers = 1;
  std::int64_t pushed_bytes = 0;
  std::int64_t reused_bytes = 0;
  std::string platform;                ///< "linux/amd64"; empty for an index
  std::vector<IndexedImage> images{};  ///< of an index
  friend bool operator==(const PublishResult&, const PublishResult&) = default;
};

/// What a step leaves as its termination message.
/// Shape:  one JSON object of at most 2048 bytes.
/// Units:  seconds with three decimals in `timings`.
/// Source: design/0001-the-way-of-a-build.md.
struct StepResult {
  Outcome outcome = Outcome::Failed;
  std::optional<Failure> failure;                       ///< exactly when outcome is Failed
  std::vector<std::pair<std::string, double>> timings;  ///< parts of the step, in order
  std::optional<EmergeResult> emerge;
  std::optional<PublishResult> publish;
  std::vector<RepositoryRevision> repositories{};  ///< of `sources`: what the build uses of the overlays of type git
  friend bool operator==(const StepResult&, const StepResult&) = default;
};

/// The exit code that belongs to a result.
int exit_code_of(const StepResult& result);

inline constexpr std::size_t max_step_result_bytes = 2048;

/// Never longer than max_step_result_bytes: log tail, warnings, names and messages give way in that order.
std::string to_json(const StepResult& result);
/// Errors: ResultMalformed (retry: never) when it is not such an object. Unknown members are ignored.
base::Result<StepResult> parse_step_result(std::string_view termination_message);

/// How far `emerge` is: what stands in its `progress` file and in status.build.progress.
struct Progress {
  std::int64_t total = 0;
  std::int64_t done = 0;
  std::int64_t from_cache = 0;
  std::int64_t compiled = 0;
  std::string current;  ///< "sys-libs/ncurses-6.5 (compile)"; at most 256 bytes
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// One line, at most 1 KiB.
std::string to_json(const Progress& progress);
/// Errors: ResultMalformed (retry: never).
base::Result<Progress> parse_progress(std::string_view json);

/// What `publish` found out while it waits: its `progress` file.
struct PublishFindings {
  bool image_is_there = false;  ///< the registry has the image that may stay (Plan::unless), under every tag
  friend bool operator==(const PublishFindings&, const PublishFindings&) = default;
};

std::string to_json(const PublishFindings& findings);
/// Errors: ResultMalformed (retry: never).
base::Result<PublishFindings> parse_publish_findings(std::string_view json);

/// `done` of a step in its handover directory.
struct StepDone {
  Outcome outcome = Outcome::Failed;
  std::int64_t source_date_epoch = 0;  ///< `emerge` only: newest BUILD_TIME of the packages, seconds since 1970
  std::int64_t packages = 0;           ///< `emerge` only: how many are in the root
  std::vector<RepositoryRevision> repositories{};  ///< `sources` only: overlays that are at overlays/<name>/<revision>
  friend bool operator==(const StepDone&, const StepDone&) = default;
};

std::string to_json(const StepDone& done);
/// Errors: ResultMalformed (retry: never).
base::Result<StepDone> parse_step_done(std::string_view json);

}  // namespace staves::api
