#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/build_job.h"
#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "decide/observation.h"

/// Objects for tests, complete and ordinary; modifiers say what is special: `image(with_use("app-shells/bash",
/// {"-nls"}))`. A modifier is anything that takes the object by reference.
namespace staves::make {

inline const std::string stage3_digest = "sha256:" + std::string(64, '1');
inline const std::string tree_digest = "sha256:" + std::string(64, '2');
inline const std::string image_digest = "sha256:" + std::string(64, '3');

/// 2026-05-01T12:00:00Z and so many seconds.
inline base::TimePoint at(int seconds = 0) {
  return base::TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 5 / 1)) + std::chrono::hours(12) +
         std::chrono::seconds(seconds);
}

template <class T, class... Modifiers>
std::shared_ptr<const T> made(T object, const Modifiers&... modify) {
  (modify(object), ...);
  return std::make_shared<const T>(std::move(object));
}

/// team-a/bash of builder glibc, generation 1, without a status.
template <class... Modifiers>
std::shared_ptr<const api::StavesImage> image(const Modifiers&... modify) {
  api::StavesImage image;
  image.meta.name_space = "team-a";
  image.meta.name = "bash";
  image.meta.uid = "uid-of-image";
  image.meta.resource_version = "100";
  image.meta.generation = 1;
  image.meta.created = at();
  image.spec.builder_name = "glibc";
  image.spec.packages = {"app-shells/bash"};
  image.spec.image.repository = "registry.example/team-a/bash";
  image.spec.image.tags = {"latest"};
  image.spec.push_secret_name = "registry";
  image.spec.config.entrypoint = {"/bin/bash", "-c"};
  return made(std::move(image), modify...);
}

inline auto with_packages(std::vector<std::string> packages) {
  return [packages = std::move(packages)](api::StavesImage& image) { image.spec.packages = packages; };
}

inline auto with_use(std::string atom, std::vector<std::string> use) {
  return [atom = std::move(atom), use = std::move(use)](api::StavesImage& image) {
    api::PackageConfig config;
    config.atom = atom;
    config.use = use;
    image.spec.portage.package_config.push_back(std::move(config));
  };
}

inline auto with_status(api::StavesImageStatus status) {
  return [status = std::move(status)](api::StavesImage& image) { image.status = status; };
}

inline auto with_generation(std::int64_t generation) {
  return [generation](auto& object) { object.meta.generation = generation; };
}

/// The annotation staves.dev/rebuild.
inline auto with_rebuild(std::string value) {
  return [value = std::move(value)](api::StavesImage& image) { image.rebuild = value; };
}

inline api::Condition condition(const std::string& type, api::ConditionStatus status, const std::string& reason) {
  api::Condition condition;
  condition.type = type;
  condition.status = status;
  condition.reason = reason;
  condition.message = "said by a test";
  condition.observed_generation = 1;
  condition.last_transition_time = at(-60);
  return condition;
}

/// team-a/glibc, generation 1, Ready, with both digests.
template <class... Modifiers>
std::shared_ptr<const api::StavesBuilder> builder(const Modifiers&... modify) {
  api::StavesBuilder builder;
  builder.meta.name_space = "team-a";
  builder.meta.name = "glibc";
  builder.meta.uid = "uid-of-builder";
  builder.meta.resource_version = "50";
  builder.meta.generation = 1;
  builder.spec.stage3_image = "docker.io/gentoo/stage3:latest";
  builder.spec.snapshot_image = "docker.io/gentoo/portage:latest";
  builder.status.observed_generation = 1;
  builder.status.conditions = {condition("Ready", api::ConditionStatus::True, "Available"),
                               condition("CacheReady", api::ConditionStatus::True, "Bound")};
  builder.status.stage3 = api::ResolvedImage{builder.spec.stage3_image, stage3_digest};
  builder.status.tree = api::ResolvedImage{builder.spec.snapshot_image, tree_digest};
  builder.status.cache_claim_name = "glibc-cache";
  return made(std::move(builder), modify...);
}

/// The Job of that name, seen with the uid "uid-of-<name>".
template <class... Modifiers>
std::shared_ptr<const api::BuildJob> job(const std::string& name, std::int64_t number, const Modifiers&... modify) {
  api::BuildJob job;
  job.meta.name_space = "team-a";
  job.meta.name = name;
  job.meta.uid = "uid-of-" + name;
  job.number = number;
  job.meta.owner_uid = "uid-of-image";
  job.meta.created = at();
  job.active = 1;
  return made(std::move(job), modify...);
}

inline void complete(api::BuildJob& job) {
  job.active = 0;
  job.complete = true;
}

inline auto failed(std::string reason) {
  return [reason = std::move(reason)](api::BuildJob& job) {
    job.active = 0;
    job.has_failed = true;
    job.failure_reason = reason;
  };
}

/// A running pod of that Job with the containers tools (ended), sources, emerge, publish (running).
template <class... Modifiers>
std::shared_ptr<const api::BuildPod> pod(const std::string& job_name, const Modifiers&... modify) {
  api::BuildPod pod;
  pod.meta.name_space = "team-a";
  pod.meta.name = job_name + "-pod";
  pod.meta.uid = "uid-of-" + pod.meta.name;
  pod.meta.owner_uid = "uid-of-" + job_name;
  pod.meta.created = at(1);
  pod.phase = "Running";
  pod.node_name = "node-1";
  for (const char* name : {"tools", "sources", "emerge", "publish"}) {
    api::BuildContainer container;
    container.name = name;
    container.started = at(3);
    pod.containers.push_back(std::move(container));
  }
  pod.containers.front().exit_code = 0;
  pod.containers.front().finished = at(3);
  return made(std::move(pod), modify...);
}

/// The container of that name has ended so, ten seconds after the Job was made.
inline auto ended(const std::string& container, int exit_code, const std::string& message = {},
                  const std::string& reason = {}) {
  return [=](api::BuildPod& pod) {
    for (api::BuildContainer& one : pod.containers) {
      if (one.name != container) continue;
      one.exit_code = exit_code;
      one.finished = at(10);
      one.message = message;
      one.terminated_reason = reason;
    }
  };
}

inline auto waiting(const std::string& container, const std::string& reason, const std::string& message) {
  return [=](api::BuildPod& pod) {
    pod.phase = "Pending";
    for (api::BuildContainer& one : pod.containers) {
      if (one.name != container) continue;
      one.started.reset();
      one.waiting_reason = reason;
      one.waiting_message = message;
    }
  };
}

/// A successful `publish`, as its termination message.
inline std::string published() {
  api::StepResult result;
  result.outcome = api::Outcome::Succeeded;
  result.publish = api::PublishResult{};
  result.publish->digest = image_digest;
  result.publish->size_bytes = 5000000;
  result.publish->platform = "linux/amd64";
  return api::to_json(result);
}

/// A step that failed so, as its termination message.
inline std::string failed_with(api::FailureClass what, std::string message = "said by a test") {
  api::StepResult result;
  result.outcome = api::Outcome::Failed;
  result.failure = api::Failure{};
  result.failure->failure_class = what;
  result.failure->message = std::move(message);
  return api::to_json(result);
}

inline std::string stopped() {
  api::StepResult result;
  result.outcome = api::Outcome::Stopped;
  return api::to_json(result);
}

/// A new image with a builder that is ready.
template <class... Modifiers>
decide::ImageObservation observation(const Modifiers&... modify) {
  decide::ImageObservation seen;
  seen.wanted = image();
  seen.builder = builder();
  seen.now = at();
  seen.setup.operator_image = "registry.example/staves/operator:1";
  (modify(seen), ...);
  return seen;
}

}  // namespace staves::make
