#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/image_config.h"
#include "api/indexed_image.h"
#include "base/result.h"

namespace staves::api {

/// Everything the pod of an index is told.
/// Shape:  JSON in the annotation staves.dev/plan, as the plan of a build.
/// Source: design/0010-images-for-several-platforms.md.
struct IndexPlan {
  std::string image_namespace;  ///< of the StavesImage
  std::string image_name;       ///< of the StavesImage
  std::int64_t number = 0;      ///< of the build
  std::int64_t attempt = 1;
  std::string inputs_digest;
  ImageTarget target;
  std::vector<IndexedImage> images;              ///< 2 to 8
  std::vector<std::string> insecure_registries;  ///< host[:port] spoken to in plain http
  std::string push_secret;                       ///< name of the Secret that `publish` has; empty: anonymous
  friend bool operator==(const IndexPlan&, const IndexPlan&) = default;
};

/// Errors: InvalidPlan (retry: never), with the path of the field that is wrong.
base::Result<IndexPlan> parse_index_plan(std::string_view json);
std::string to_json(const IndexPlan& plan);

}  // namespace staves::api
