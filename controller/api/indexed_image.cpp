#include "api/indexed_image.h"

#include "nlohmann/json.hpp"

namespace staves::api {

base::Json to_json(const IndexedImage& image) {
  base::Json json{{"platform", to_string(image.platform)}, {"digest", image.digest}, {"sizeBytes", image.size_bytes}};
  if (image.uncompressed_bytes > 0) json["uncompressedBytes"] = image.uncompressed_bytes;
  return json;
}

IndexedImage read_indexed_image(const Fields& fields) {
  fields.required_text("platform");
  return {.platform = read_platform(fields),
          .digest = fields.required_digest("digest"),
          .size_bytes = fields.number("sizeBytes"),
          .uncompressed_bytes = fields.number("uncompressedBytes")};
}

}  // namespace staves::api
