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

/// What a registry said about a tag.
struct TagLookup {
  std::string reference;
  std::optional<std::string> digest;  ///< the last known one, also while `error` is set
  std::optional<base::Error>
      error;  ///< of the last try: codes ImageNotFound, RegistryAuthFailed, RegistryUnreachable, InvalidReference
  friend bool operator==(const TagLookup&, const TagLookup&) = default;
};

/// How far what is seen of pods may be behind.
enum class PodView {
  Watched,  ///< from a watch, which may be behind that of Jobs, or have died without a word
  Current,  ///< the API server told it after the Jobs were seen
};

/// All that a decision about a StavesImage may know.
struct ImageObservation {
  std::shared_ptr<const api::StavesImage> wanted;          ///< with what its staves.toml says in its spec
  std::shared_ptr<const api::StavesBuilder> builder;       ///< null: there is none of that name
  std::vector<std::shared_ptr<const api::BuildJob>> jobs;  ///< owned by the image's uid, any order
  std::vector<std::shared_ptr<const api::BuildPod>> pods;  ///< owned by one of `jobs`, any order
  PodView pod_view = PodView::Watched;                     ///< of `pods`
  std::vector<TagLookup> branches;                         ///< of overlays that can be looked up: see branch_reference
  TagLookup published;        ///< of status.image, by digest and without credentials; empty while there is none
  std::string mount_problem;  ///< why the kubelet cannot begin the running build's pod, in its words; usually empty
  std::optional<api::Progress> progress;  ///< of the running build, at most 5 s old
  /// Images whose builds wait for a place with the same builder, any order; empty while this one's does not.
  std::vector<std::shared_ptr<const api::StavesImage>> queue;
  /// Images of any namespace that push one of this one's tags, any order; itself may be among them.
  std::vector<std::shared_ptr<const api::StavesImage>> same_tags;
  /// Images that it owns, and those that have the name of one for its platforms, any order; none is there twice.
  std::vector<std::shared_ptr<const api::StavesImage>> platform_images;
  base::TimePoint now{};
  Setup setup;
};

/// All that a decision about a StavesBuilder may know.
struct BuilderObservation {
  std::shared_ptr<const api::StavesBuilder> wanted;
  std::shared_ptr<const api::VolumeClaim> claim;  ///< null: there is none of that name
  TagLookup stage3;                               ///< neither digest nor error: still being looked up
  TagLookup tree;
  std::optional<base::Error> ca_problem;  ///< why spec.trust.caBundle cannot be had: code ConfigMapNotFound
  /// The builder that spec.from names, the one that that one names, and so on: until one has a stage3 of its own, is
  /// not there, or was met before (it is the last then).
  std::vector<std::shared_ptr<const api::StavesBuilder>> chain;
  std::shared_ptr<const api::StavesImage> own_image;  ///< of the name own_image_name, whoever made it; null: none
  /// Images whose builds wait for a place with it or have one, and those that its status.builds names; any order.
  std::vector<std::shared_ptr<const api::StavesImage>> images;
  std::vector<std::shared_ptr<const api::StavesImage>> users;  ///< all images that name it as their builder, any order
  base::TimePoint now{};
};

}  // namespace staves::decide
