#pragma once

#include <string>

#include "api/build_job.h"
#include "api/object.h"
#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "kube/resource.h"
#include "kube/store.h"

namespace staves::operate {

/// All that the operator keeps in memory of the cluster, one store a kind. Reflectors write, rounds read.
struct Stores {
  Stores();
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;

  kube::Store<api::StavesImage> images;
  kube::Store<api::StavesBuilder> builders;
  kube::Store<api::BuildJob> jobs;
  kube::Store<api::BuildPod> pods;
  kube::Store<api::VolumeClaim> claims;
  kube::Store<api::ObjectMeta> config_maps;  ///< metadata only: what they hold is read when an image asks for it

  /// Whether every store has had its first list.
  bool synced() const;
  /// The newest version that the store of a kind has seen; empty when there is no such store.
  std::string seen_version(const std::string& kind) const;
};

/// Names of the indexes.
namespace by {
inline constexpr auto builder = "builder";          ///< images: "namespace/name" of their builder
inline constexpr auto own_image = "ownimage";       ///< builders: "namespace/name" of the image that is made for them
inline constexpr auto build = "build";              ///< images whose build waits for a place or has one: of its builder
inline constexpr auto queue = "queue";              ///< those of them that wait
inline constexpr auto platform_image = "platform";  ///< indexes: "namespace/name" of the images that they are made of
inline constexpr auto config_map = "configmap";  ///< images: "namespace/name" of the ConfigMap with their staves.toml
inline constexpr auto tag = "tag";               ///< images: "repository:tag" of all that they push
/// images: uid of the builder or the image that is made of them; jobs: of their image; pods: of their Job
inline constexpr auto owner_uid = "owner";
inline constexpr auto from = "from";           ///< builders: "namespace/name" of the builder that spec.from names
inline constexpr auto claim = "claim";         ///< builders: "namespace/name" of the claim that they use
inline constexpr auto ca_bundle = "cabundle";  ///< builders: "namespace/name" of the ConfigMap with their roots
}  // namespace by

/// The same kind in the words of the client.
kube::ResourceType resource_type(const api::Kind& kind);

/// "namespace/name" of an object.
kube::ObjectKey key_of(const api::ObjectMeta& meta);

}  // namespace staves::operate
