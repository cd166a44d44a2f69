#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/build_job.h"
#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "base/result.h"
#include "base/time_point.h"

namespace staves::decide {

/// What the operator was started with, as far as a decision depends on it.
struct Setup {
  std::string operator_image;  ///< reference for tools, sources and publish
  std::string operator_pull_policy = "IfNotPresent";
  bool image_volumes = false;    ///< the cluster mounts images as volumes (Kubernetes 1.33 and later)
  bool user_namespaces = false;  ///< the cluster can run pods with hostUsers: false
  friend bool operator==(const Setup&, const Setup&) = default;
};

/// All that a decision about a StavesImage may know.
struct ImageObservation {
  std::shared_ptr<const api::StavesImage> wanted;
  std::shared_ptr<const api::StavesBuilder> builder;       ///< null: there is none of that name
  std::vector<std::shared_ptr<const api::BuildJob>> jobs;  ///< owned by the image's uid, any order
  std::vector<std::shared_ptr<const api::BuildPod>> pods;  ///< owned by one of `jobs`, any order
  std::optional<api::Progress> progress;                   ///< of the running build, at most 5 s old
  base::TimePoint now{};
  Setup setup;
};

/// What a registry said about a tag.
struct TagLookup {
  std::string reference;
  std::optional<std::string> digest;  ///< the last known one, also while `error` is set
  std::optional<base::Error>
      error;  ///< of the last try: codes ImageNotFound, RegistryAuthFailed, RegistryUnreachable, InvalidReference
  friend bool operator==(const TagLookup&, const TagLookup&) = default;
};

/// All that a decision about a StavesBuilder may know.
struct BuilderObservation {
  std::shared_ptr<const api::StavesBuilder> wanted;
  std::shared_ptr<const api::VolumeClaim> claim;  ///< null: there is none of that name
  TagLookup stage3;                               ///< neither digest nor error: still being looked up
  TagLookup tree;
  base::TimePoint now{};
};

}  // namespace staves::decide
