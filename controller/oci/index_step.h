#pragma once

#include <filesystem>
#include <stop_token>

#include "oci/registry.h"

namespace staves::oci {

/// Where the pod of an index finds what it needs. Source: design/0010-images-for-several-platforms.md.
struct IndexPlaces {
  std::filesystem::path plan = "/staves/plan/plan";
  std::filesystem::path push_secret = "/staves/secrets/push/config.json";
  std::filesystem::path termination_message = "/dev/termination-log";
};

/// The whole step: looks at the manifest of each image, pushes the index under its digest and every tag, and leaves its
/// result. Gives the exit code. `options` says how registries are reached; the plan adds its insecure ones.
int run_index_step(const IndexPlaces& places, RegistryOptions options, const std::stop_token& stop);

}  // namespace staves::oci
