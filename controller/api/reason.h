#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staves::api {

/// Why a build is made. Source: status.build.reasons[].reason; the spelling is the enum's own.
enum class BuildReason { First, Spec, Builder, Tree, Repository, Platform, Schedule, ImageMissing, Trigger, Retry };

std::string_view to_string(BuildReason value);
std::optional<BuildReason> build_reason_from(std::string_view name);

/// One input that changed. `was` and `is` are compact JSON, each at most 256 bytes (longer ones end in "...").
struct Change {
  std::string path;  ///< "packageConfig[app-shells/bash].use"
  std::string was;   ///< "null" when it was not there
  std::string is;    ///< "null" when it is gone
  friend bool operator==(const Change&, const Change&) = default;
};

/// A reason with what changed: at most 16 changes.
struct ReasonToBuild {
  BuildReason reason = BuildReason::First;
  std::vector<Change> changes;
  friend bool operator==(const ReasonToBuild&, const ReasonToBuild&) = default;
};

/// Why `Ready` is not True. Source: conditions[type=Ready].reason; the spelling is the enum's own.
enum class ReadyReason {
  Built,      ///< the only one with Ready=True on an image
  Available,  ///< the only one with Ready=True on a builder
  BuilderNotFound,
  BuilderNotReady,
  ConfigMapNotFound,
  InvalidSpec,
  Suspended,
  Queued,  ///< it waits for a place among the builds of its builder, or in a queue of Kueue
  Building,
  Cancelled,
  BuildFailed,
  SecretNotFound,
  Retrying,
  LookingUp,
  ImageNotFound,
  RegistryAuthFailed,
  RegistryUnreachable,  // on a builder: stage3 or snapshot tag
  NameTaken,            // another StavesImage has the name of one that a builder or an index is made of
};

std::string_view to_string(ReadyReason value);
std::optional<ReadyReason> ready_reason_from(std::string_view name);

}  // namespace staves::api
