#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/object.h"
#include "base/json.h"
#include "base/result.h"

namespace staves::api {

/// A Job of ours as the operator keeps it.
struct BuildJob {
  ObjectMeta meta;
  std::int64_t number = 0;      ///< of the build, from the label staves.dev/build-number; 0: it has no such number
  base::SharedText queue_name;  ///< label kueue.x-k8s.io/queue-name; empty: none
  std::string rendered;    ///< annotation staves.dev/rendered: digest of the spec that it was made with; empty: none
  bool suspended = false;  ///< spec.suspend: it gets no pods, and loses those that it has
  std::optional<base::TimePoint> started;  ///< status.startTime: since when it may have pods, after each suspension
  std::int64_t active = 0;
  std::int64_t failed = 0;                     ///< pods that failed so far
  bool complete = false;                       ///< condition Complete or SuccessCriteriaMet
  bool has_failed = false;                     ///< condition Failed or FailureTarget
  std::optional<base::TimePoint> ended_since;  ///< lastTransitionTime of the first of those four
  std::int64_t timeout_seconds = 0;            ///< spec.activeDeadlineSeconds; 0: none
  base::SharedText failure_reason;             ///< DeadlineExceeded, BackoffLimitExceeded, PodFailurePolicy
  std::string failure_message;
  friend bool operator==(const BuildJob&, const BuildJob&) = default;
};

/// One container of a build pod. Exactly one of waiting (neither time set), running, terminated.
struct BuildContainer {
  base::SharedText name;            ///< tools, sources, emerge, publish
  base::SharedText waiting_reason;  ///< e.g. ImagePullBackOff, CreateContainerConfigError
  base::SharedText waiting_message;
  std::optional<base::TimePoint> started;
  std::optional<base::TimePoint> finished;
  std::optional<int> exit_code;        ///< set: it has ended
  base::SharedText terminated_reason;  ///< Completed, Error, OOMKilled, ...
  std::string message;                 ///< the termination message
  friend bool operator==(const BuildContainer&, const BuildContainer&) = default;
};

/// A pod of such a Job.
struct BuildPod {
  ObjectMeta meta;          ///< the owner is the Job
  base::SharedText phase;   ///< Pending, Running, Succeeded, Failed, Unknown
  base::SharedText reason;  ///< Evicted, NodeLost, ...
  std::string message;
  base::SharedText unschedulable;  ///< the scheduler's words while PodScheduled is False
  bool disrupted = false;          ///< condition DisruptionTarget
  base::SharedText node_name;
  std::vector<BuildContainer> containers;  ///< in the order of the spec, init containers first
  friend bool operator==(const BuildPod&, const BuildPod&) = default;
};

/// A claim for a cache volume.
struct VolumeClaim {
  ObjectMeta meta;
  std::string phase;     ///< Pending, Bound, Lost
  std::string capacity;  ///< quantity, once it is bound
  std::string storage_class_name;
  std::string requested;  ///< quantity
  std::vector<std::string> access_modes;
  friend bool operator==(const VolumeClaim&, const VolumeClaim&) = default;
};

/// Errors of all three: MalformedObject (retry: never).
base::Result<BuildJob> parse_build_job(const base::Json& object);
base::Result<BuildPod> parse_build_pod(const base::Json& object);
base::Result<VolumeClaim> parse_volume_claim(const base::Json& object);

}  // namespace staves::api
