#include "oci/push_tagged.h"

#include "base/digest.h"

namespace staves::oci {

Descriptor describe(std::string_view media_type, std::string_view bytes) {
  return {std::string(media_type), base::sha256_digest(bytes), bytes.size()};
}

base::Result<bool> push_tagged(Registry& registry, const Reference& repository, const Descriptor& manifest,
                               std::string_view bytes, const std::vector<std::string>& tags,
                               const std::stop_token& stop) {
  TRY_ASSIGN(const bool was_there, registry.push_manifest(repository, manifest.digest, manifest, bytes, stop));
  for (const std::string& tag : tags) {
    TRY(registry.push_manifest(repository, tag, manifest, bytes, stop));
  }
  return was_there;
}

}  // namespace staves::oci
