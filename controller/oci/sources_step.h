#pragma once

#include <filesystem>
#include <stop_token>

#include "oci/fetch_overlay.h"
#include "oci/registry.h"

namespace staves::oci {

/// Where `sources` finds what it needs.
/// Source: design/0001-the-way-of-a-build.md, The pod.
struct SourcesPlaces {
  std::filesystem::path plan = "/staves/plan/plan";
  std::filesystem::path handover = "/staves/handover";
  std::filesystem::path pull_secret = "/staves/secrets/pull/config.json";
  std::filesystem::path termination_message = "/dev/termination-log";
  OverlayPlaces overlays;
};

/// The whole step: brings the ebuild tree and the overlays of the plan to their places and leaves the result. Gives the
/// exit code.
int run_sources_step(const SourcesPlaces& places, RegistryOptions options, const std::stop_token& stop);

}  // namespace staves::oci
