#include "decide/image_reference.h"

#include "oci/reference.h"
#include "oci/url.h"
#include "tests/fuzz/target.h"

using namespace staves;

FUZZ_TARGET(image_reference) {
  const auto reference = oci::parse_reference(bytes);
  if (reference) {
    const auto again = oci::parse_reference(oci::to_string(*reference));
    fuzz::must(again && *again == *reference, "a reference survives being written");
    fuzz::must(!oci::manifest_name(*reference).empty(), "a reference names a manifest");
  }
  (void)oci::parse_repository(bytes);
  (void)decide::pinned_digest(bytes);
  const std::string digest = "sha256:" + std::string(64, 'a');
  fuzz::must(decide::with_digest(bytes, digest).ends_with("@" + digest), "a digest is at the end");
  const auto url = oci::parse_url(bytes);
  const oci::Url base{"https", "registry.example", "/v2/a/blobs/uploads/"};
  const auto location = oci::resolve_location(base, bytes);
  for (const auto& one : {url, location}) {
    if (!one) continue;
    const auto again = oci::parse_url(oci::to_string(*one));
    // Written, it is without the scheme's own port.
    fuzz::must(again && oci::to_string(*again) == oci::to_string(*one), "an address survives being written");
  }
}
