#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::oci {

/// The name of an image or of a repository in a registry.
/// Shape:  host[:port]/path[:tag][@digest]; a name without a host belongs to docker.io, there without a folder to
/// library/. Source: distribution-spec, "Pulling manifests"; the short names are Docker's.
struct Reference {
  std::string host;    ///< "ghcr.io", "docker.io", "localhost:5000"
  std::string path;    ///< "library/bash"
  std::string tag;     ///< empty: none was written
  std::string digest;  ///< "sha256:..."; empty: none was written
  friend bool operator==(const Reference&, const Reference&) = default;
};

/// Errors: InvalidReference (retry: when the spec changes), with what is wrong.
base::Result<Reference> parse_reference(std::string_view text);

/// As parse_reference, but refuses a tag or a digest.
base::Result<Reference> parse_repository(std::string_view text);

/// "host/path", then ":tag" and "@digest" where there are.
std::string to_string(const Reference& reference);

/// What a manifest request names: the digest, else the tag, else "latest".
std::string manifest_name(const Reference& reference);

/// Where the registry of `host` really listens: docker.io is served by registry-1.docker.io, any other host by itself.
std::string api_host(std::string_view host);

/// Whether a registry takes `text` as a tag.
bool is_tag(std::string_view text);

}  // namespace staves::oci
