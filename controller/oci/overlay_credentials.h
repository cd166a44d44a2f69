#pragma once

#include <filesystem>
#include <string>

#include "api/repository.h"
#include "base/result.h"

namespace staves::oci {

/// Where the kubelet mounts Secrets, and where files may be made from them: a file system in memory.
struct CredentialPlaces {
  std::filesystem::path overlays = "/staves/secrets/overlays";  ///< one directory per overlay with a Secret of its own
  std::filesystem::path ssh = "/staves/secrets/ssh";            ///< of the builder: ssh-privatekey, known_hosts
  std::filesystem::path netrc = "/staves/secrets/netrc";        ///< of the builder: .netrc
  std::filesystem::path made = "/staves/credentials";
  std::filesystem::path extra_ca = "/staves/trust/ca.crt";  ///< of the builder: roots beside the system's
  std::filesystem::path system_roots = "/etc/ssl/certs/ca-certificates.crt";
};

/// Files for one overlay that git and ssh read instead of anybody's own configuration.
struct GitConfiguration {
  std::filesystem::path git;   ///< global configuration of git, mode 0600
  std::filesystem::path ssh;   ///< configuration of ssh, mode 0600
  std::filesystem::path home;  ///< where a .netrc is looked for
};

/// Writes them, over those of the overlay before. Errors: RepositoryAuthFailed (retry: when the spec changes), a key of
/// the Secret is missing or empty, told by its name; those of read_mounted_file and write_file_atomically.
base::Result<GitConfiguration> write_git_configuration(const CredentialPlaces& places,
                                                       const api::PlanRepository& repository);

}  // namespace staves::oci
