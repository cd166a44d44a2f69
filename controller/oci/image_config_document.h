#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "api/image_config.h"
#include "api/platform.h"

namespace staves::oci {

/// What the config of a one-layer image is made of.
struct ImageConfigSource {
  api::ImageConfig config;
  std::map<std::string, std::string> labels;
  api::Platform platform;
  std::string diff_id;                 ///< of the layer
  std::int64_t source_date_epoch = 0;  ///< seconds: `created` of image and history
};

/// The config as JSON: one line, keys sorted, so that equal inputs have equal digests. A PATH is added to an
/// environment without one. Source: image-spec config.md.
std::string image_config_document(const ImageConfigSource& source);

}  // namespace staves::oci
