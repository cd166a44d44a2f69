#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/condition.h"
#include "api/object.h"
#include "api/portage_settings.h"
#include "api/repository.h"
#include "api/toolchain.h"
#include "base/json.h"
#include "base/result.h"

namespace staves::api {

enum class OnDelete { Retain, Delete };

/// spec.cache: the volume of binary packages, trees and source archives.
struct CacheSettings {
  std::string size = "50Gi";  ///< a quantity
  std::string storage_class_name;
  std::string access_mode = "ReadWriteOnce";  ///< ReadWriteOnce, ReadWriteMany, ReadWriteOncePod
  std::string existing_claim;                 ///< used instead of a claim of the builder's own
  OnDelete on_delete = OnDelete::Retain;
  std::string max_bytes;  ///< a quantity; empty: four fifths of `size`, or no bound for an existing claim
  friend bool operator==(const CacheSettings&, const CacheSettings&) = default;
};

/// spec.pod: how build pods are scheduled. Each member is compact JSON of the core/v1 field, empty when absent.
struct PodSettings {
  std::string resources;
  std::string node_selector;
  std::string tolerations;
  std::string affinity;
  std::string image_pull_secrets;
  std::string labels;
  std::string annotations;
  std::string runtime_class_name;  ///< a plain string
  std::string scheduler_name;      ///< a plain string
  friend bool operator==(const PodSettings&, const PodSettings&) = default;
};

/// spec.credentials: Secrets for what builds fetch themselves, and for overlays without one of their own.
struct BuilderCredentials {
  std::string ssh_secret_name;    ///< ssh-privatekey and known_hosts; empty: none
  std::string netrc_secret_name;  ///< netrc; empty: none
  friend bool operator==(const BuilderCredentials&, const BuilderCredentials&) = default;
};

/// spec.trust.caBundle: PEM certificates in a ConfigMap, which builds and the operator's look-ups trust beside the
/// system's roots.
struct CaBundle {
  std::string config_map_name;  ///< empty: none
  std::string config_map_key = "ca.crt";
  friend bool operator==(const CaBundle&, const CaBundle&) = default;
};

/// spec.proxy: how builds and the operator's look-ups leave the cluster. Each may be empty.
struct Proxy {
  std::string http;      ///< URL of the proxy for http://
  std::string https;     ///< URL of the proxy for https://, and for registries
  std::string no_proxy;  ///< what is reached without it
  friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// spec.image: where the image goes that a builder is made into.
struct BuilderTarget {
  std::string repository;         ///< "host[:port]/name", no tag; empty: it makes no image
  std::vector<std::string> tags;  ///< 1..16 with a repository
  std::string push_secret_name;   ///< empty: anonymous
  friend bool operator==(const BuilderTarget&, const BuilderTarget&) = default;
};

/// spec of a StavesBuilder, defaults filled in.
struct StavesBuilderSpec {
  std::string stage3_image;           ///< empty: it comes from another builder
  std::string from;                   ///< the StavesBuilder that the stage3 comes from; empty: `stage3_image` is it
  std::vector<std::string> packages;  ///< what `from` makes its stage3 of; empty: the stage3 of `from` is its own
  BuilderTarget image;
  std::string snapshot_image;
  std::string profile;
  PortageSettings portage;
  std::vector<Repository> repositories;  ///< overlays
  std::vector<std::string> mirrors;
  CacheSettings cache;
  BuilderCredentials credentials;
  std::vector<std::string> insecure_registries;
  CaBundle ca_bundle;
  Proxy proxy;
  PodSettings pod;
  std::int64_t max_concurrent_builds = 2;  ///< 1..256
  base::SharedText queue_name;             ///< a LocalQueue of Kueue for builds whose image names none; empty: none
  std::int64_t refresh_seconds = 3600;     ///< 60..604800
  bool suspend = false;
  friend bool operator==(const StavesBuilderSpec&, const StavesBuilderSpec&) = default;
};

/// A tag and what it was resolved to.
struct ResolvedImage {
  std::string reference;  ///< as the spec has it
  std::string digest;
  friend bool operator==(const ResolvedImage&, const ResolvedImage&) = default;
};

/// One build that has a place, or may take it.
struct AdmittedBuild {
  std::string image;  ///< name of the StavesImage
  std::string uid;    ///< of the StavesImage
  std::int64_t number = 0;
  friend bool operator==(const AdmittedBuild&, const AdmittedBuild&) = default;
};

/// status.builds: who may build. Source: design/0004-the-queue.md.
struct BuildsOfBuilder {
  std::int64_t running = 0;
  std::int64_t queued = 0;
  std::vector<AdmittedBuild> admitted;          ///< some may have ended since
  std::optional<base::TimePoint> counted_time;  ///< when this was written
  friend bool operator==(const BuildsOfBuilder&, const BuildsOfBuilder&) = default;
};

/// status.cache beside the claim: what builds found on the volume and took from it.
struct CacheUse {
  std::int64_t used_bytes = 0;  ///< binary packages and source archives, when the newest build ended
  std::int64_t packages = 0;
  std::int64_t hits = 0;                         ///< packages taken from it, by the last build of each image
  std::int64_t misses = 0;                       ///< packages compiled, by the same builds
  std::optional<base::TimePoint> measured_time;  ///< when that newest build ended; nothing: nobody has looked yet
  friend bool operator==(const CacheUse&, const CacheUse&) = default;
};

struct StavesBuilderStatus {
  std::int64_t observed_generation = 0;
  Conditions conditions;
  std::optional<ResolvedImage> stage3;
  std::optional<ResolvedImage> tree;
  std::string cache_claim_name;
  std::string cache_capacity;  ///< as the bound volume has it
  CacheUse cache_use;
  Toolchain toolchain{};  ///< of that stage3, as the newest build with it found it; empty before the first
  BuildsOfBuilder builds;
  friend bool operator==(const StavesBuilderStatus&, const StavesBuilderStatus&) = default;
};

struct StavesBuilder {
  ObjectMeta meta;
  StavesBuilderSpec spec;
  StavesBuilderStatus status;
  std::optional<base::Error> invalid;  ///< set when `spec` could not be read: code InvalidSpec, path in the message
};

/// Reads an API object. A spec that cannot be read gives an object with `invalid` set.
/// Errors: MalformedObject (retry: never) when metadata is unusable.
base::Result<StavesBuilder> parse_stavesbuilder(const base::Json& object);
base::Json to_json(const StavesBuilderStatus& status);
base::Json to_json(const StavesBuilderSpec& spec);

}  // namespace staves::api
