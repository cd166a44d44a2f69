#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "api/repository.h"
#include "base/result.h"
#include "oci/overlay_credentials.h"

namespace staves::oci {

/// Where overlays are and what brings them.
struct OverlayPlaces {
  std::filesystem::path overlays = "/staves/overlays";  ///< <name>/<revision> on the cache volume
  std::filesystem::path metadata = "/staves/metadata";  ///< what Portage knows of their ebuilds
  std::filesystem::path ssh = "/usr/bin/staves-ssh";
  CredentialPlaces credentials;
};

struct FetchedOverlay {
  std::string revision;
  bool was_there = false;
};

/// Brings a revision of an overlay to `<overlays>/<name>/<revision>`, complete or not at all, whoever else does the
/// same on the same volume. `repository.revision` is set. Nothing is asked of a server when it is there. Errors: those
/// of Git; those of write_git_configuration; RepositoryInvalid (retry: when the spec changes): it has no ebuild
/// repository of that name; DiskFull (soon); FileUnwritable (never).
base::Result<FetchedOverlay> fetch_overlay(const OverlayPlaces& places, const api::PlanRepository& repository,
                                           const std::stop_token& stop);

/// What the branch of the overlay points to now. Errors: those of Git and of write_git_configuration.
base::Result<std::string> resolve_overlay(const OverlayPlaces& places, const api::PlanRepository& repository,
                                          const std::stop_token& stop);

}  // namespace staves::oci
