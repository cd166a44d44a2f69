#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "api/plan.h"
#include "api/step_result.h"
#include "oci/registry.h"

namespace staves::oci {

/// What one image is made from and where its layer lies meanwhile.
struct ImageSource {
  std::filesystem::path root;
  std::filesystem::path scratch;       ///< a directory with room for the compressed layer
  std::int64_t source_date_epoch = 0;  ///< seconds; clamped to 0..8589934591, what a tar can say
  api::ImageTarget target;
  api::Platform platform;  ///< without an architecture: that of this machine
  api::ImageConfig config;
};

/// How long the parts of a step took, in order.
using Timings = std::vector<std::pair<std::string, double>>;

/// Makes layer, config and manifest of a tree and pushes them under every tag. Equal trees and targets give equal
/// digests; what the registry has already is not sent. `timings` gets layer, upload and manifest. Errors: as Registry
/// and write_layer; InvalidReference (retry: when the spec changes).
base::Result<api::PublishResult> publish_image(Registry& registry, const ImageSource& source, Timings& timings,
                                               const std::stop_token& stop);

}  // namespace staves::oci
