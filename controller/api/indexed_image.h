#pragma once

#include <cstdint>
#include <string>

#include "api/platform.h"

namespace staves::api {

/// One image of an index, as it lies in the index's repository.
struct IndexedImage {
  Platform platform;
  std::string digest;  ///< of its manifest
  std::int64_t size_bytes = 0;
  std::int64_t uncompressed_bytes = 0;
  friend bool operator==(const IndexedImage&, const IndexedImage&) = default;
};

/// As it stands in plans, results and status. `read_indexed_image` tells the Problem what is no platform or digest.
base::Json to_json(const IndexedImage& image);
IndexedImage read_indexed_image(const Fields& fields);

}  // namespace staves::api
