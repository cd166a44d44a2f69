#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/condition.h"
#include "api/object.h"
#include "api/portage_settings.h"
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

/// spec of a StavesBuilder, defaults filled in.
struct StavesBuilderSpec {
  std::string stage3_image;
  std::string snapshot_image;
  std::string profile;
  PortageSettings portage;
  std::vector<std::string> mirrors;
  CacheSettings cache;
  std::vector<std::string> insecure_registries;
  PodSettings pod;
  std::int64_t refresh_seconds = 3600;  ///< 60..604800
  bool suspend = false;
  friend bool operator==(const StavesBuilderSpec&, const StavesBuilderSpec&) = default;
};

/// A tag and what it was resolved to.
struct ResolvedImage {
  std::string reference;  ///< as the spec has it
  std::string digest;
  friend bool operator==(const ResolvedImage&, const ResolvedImage&) = default;
};

struct StavesBuilderStatus {
  std::int64_t observed_generation = 0;
  Conditions conditions;
  std::optional<ResolvedImage> stage3;
  std::optional<ResolvedImage> tree;
  std::string cache_claim_name;
  std::string cache_capacity;  ///< as the bound volume has it
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
