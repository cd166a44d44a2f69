#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oci/descriptor.h"

namespace staves::oci {

struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;  ///< lowest first
  std::map<std::string, std::string> annotations;
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// One line of JSON, keys sorted. Source: image-spec manifest.md.
std::string manifest_document(const Manifest& manifest);

/// Reads an OCI or Docker schema 2 manifest.
/// Errors: ManifestMalformed (retry: when the spec changes), also for an index.
base::Result<Manifest> parse_manifest(std::string_view json);

/// The manifest of an index that is for linux and `architecture`; nothing when the text is a manifest itself.
/// Errors: ManifestMalformed (when the spec changes); NoSuchPlatform (when the spec changes).
base::Result<std::optional<Descriptor>> select_platform(std::string_view json, std::string_view architecture);

}  // namespace staves::oci
