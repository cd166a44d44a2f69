#include "oci/image_index.h"

#include "base/json.h"
#include "nlohmann/json.hpp"
#include "oci/media_types.h"

namespace staves::oci {
namespace {

using base::Json;

Json to_json(const IndexEntry& entry) {
  Json platform{{"os", "linux"}, {"architecture", entry.platform.architecture}};
  if (!entry.platform.variant.empty()) platform["variant"] = entry.platform.variant;
  return {{"mediaType", entry.manifest.media_type},
          {"digest", entry.manifest.digest},
          {"size", entry.manifest.size},
          {"platform", std::move(platform)}};
}

}  // namespace

std::string index_document(const std::vector<IndexEntry>& entries,
                           const std::map<std::string, std::string>& annotations) {
  Json manifests = Json::array();
  for (const IndexEntry& entry : entries) manifests.push_back(to_json(entry));
  Json document{{"schemaVersion", 2}, {"mediaType", media_type::index}, {"manifests", std::move(manifests)}};
  if (!annotations.empty()) document["annotations"] = annotations;
  return base::to_canonical_json(document);
}

}  // namespace staves::oci
