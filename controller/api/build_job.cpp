#include "api/build_job.h"

#include <charconv>

#include "api/fields.h"
#include "api/metadata.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

/// 0 unless the text is a whole number above it.
std::int64_t build_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number > 0 ? number : 0;
}

bool is_true(const Fields& condition, std::string_view type) {
  return condition.text("type") == type && condition.text("status") == "True";
}

void read_job_condition(BuildJob& job, const Fields& condition) {
  const bool complete = is_true(condition, "Complete") || is_true(condition, "SuccessCriteriaMet");
  const bool failed = is_true(condition, "Failed") || is_true(condition, "FailureTarget");
  if (!complete && !failed) return;
  job.complete = job.complete || complete;
  const auto since = condition.time("lastTransitionTime");
  if (since && (!job.ended_since || *since < *job.ended_since)) job.ended_since = since;
  if (!failed) return;
  job.has_failed = true;
  job.failure_reason = condition.text("reason");
  job.failure_message = condition.text("message");
}

void read_pod_condition(BuildPod& pod, const Fields& condition) {
  pod.disrupted = pod.disrupted || is_true(condition, "DisruptionTarget");
  if (condition.text("type") == "PodScheduled" && condition.text("status") == "False") {
    pod.unschedulable = condition.text("message");
  }
}

void read_container_state(BuildContainer& container, const Fields& state) {
  if (state.has("waiting")) {
    const Fields waiting = state.object("waiting");
    container.waiting_reason = waiting.text("reason");
    container.waiting_message = waiting.text("message");
  }
  if (state.has("running")) container.started = state.object("running").time("startedAt");
  if (!state.has("terminated")) return;
  const Fields terminated = state.object("terminated");
  container.started = terminated.time("startedAt");
  container.finished = terminated.time("finishedAt");
  container.exit_code = static_cast<int>(terminated.number("exitCode", 0, {.least = INT32_MIN, .most = INT32_MAX}));
  container.terminated_reason = terminated.text("reason");
  container.message = terminated.text("message");
}

/// Containers in the order of the spec, each with the state that the status has of it.
void read_containers(BuildPod& pod, const Fields& object, std::string_view in_spec, std::string_view in_status) {
  const auto statuses = object.object("status").objects(in_status);
  for (const Fields& declared : object.object("spec").objects(in_spec)) {
    BuildContainer container;
    container.name = declared.text("name");
    for (const Fields& status : statuses) {
      if (status.text("name") == container.name) read_container_state(container, status.object("state"));
    }
    pod.containers.push_back(std::move(container));
  }
}

/// The value unless something was wrong with the object.
template <class T>
base::Result<T> unless_malformed(T value, const Problem& problem) {
  if (problem.found()) return base::fail("MalformedObject", problem.text(), base::Retry::never());
  return value;
}

}  // namespace

base::Result<BuildJob> parse_build_job(const base::Json& object) {
  BuildJob job;
  TRY_ASSIGN(job.meta, parse_metadata(object));
  Problem problem;
  const Fields fields(object, "", problem);
  const Fields metadata = fields.object("metadata");
  job.number = build_number(metadata.object("labels").text(build_number_label));
  job.rendered = metadata.object("annotations").text(rendered_annotation);
  job.queue_name = metadata.object("labels").text(queue_name_label);
  job.suspended = fields.object("spec").flag("suspend");
  job.timeout_seconds = fields.object("spec").number("activeDeadlineSeconds");
  const Fields status = fields.object("status");
  job.started = status.time("startTime");
  job.active = status.number("active");
  job.failed = status.number("failed");
  for (const Fields& condition : status.objects("conditions")) read_job_condition(job, condition);
  return unless_malformed(std::move(job), problem);
}

base::Result<BuildPod> parse_build_pod(const base::Json& object) {
  BuildPod pod;
  TRY_ASSIGN(pod.meta, parse_metadata(object));
  Problem problem;
  const Fields fields(object, "", problem);
  const Fields status = fields.object("status");
  pod.phase = status.text("phase", "Pending");
  pod.reason = status.text("reason");
  pod.message = status.text("message");
  pod.node_name = fields.object("spec").text("nodeName");
  for (const Fields& condition : status.objects("conditions")) read_pod_condition(pod, condition);
  read_containers(pod, fields, "initContainers", "initContainerStatuses");
  read_containers(pod, fields, "containers", "containerStatuses");
  return unless_malformed(std::move(pod), problem);
}

base::Result<VolumeClaim> parse_volume_claim(const base::Json& object) {
  VolumeClaim claim;
  TRY_ASSIGN(claim.meta, parse_metadata(object));
  Problem problem;
  const Fields fields(object, "", problem);
  const Fields spec = fields.object("spec");
  claim.storage_class_name = spec.text("storageClassName");
  claim.requested = spec.object("resources").object("requests").text("storage");
  claim.access_modes = spec.texts("accessModes");
  const Fields status = fields.object("status");
  claim.phase = status.text("phase", "Pending");
  claim.capacity = status.object("capacity").text("storage");
  return unless_malformed(std::move(claim), problem);
}

}  // namespace staves::api
