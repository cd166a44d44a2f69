#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oci/credentials.h"
#include "oci/descriptor.h"
#include "oci/http_transport.h"
#include "oci/reference.h"
#include "oci/retry_policy.h"

namespace staves::oci {

class Exchange;

struct RegistryOptions {
  TransportOptions transport;
  std::vector<std::string> insecure_registries;  ///< host[:port] spoken to in plain http
  RetryPolicy retry;
};

/// The same, with registries that a plan speaks plain http to as well.
RegistryOptions with_insecure(RegistryOptions options, const std::vector<std::string>& registries);

/// A manifest or an index as a registry gave it; `bytes` have the digest of the descriptor.
struct FetchedManifest {
  Descriptor descriptor;
  std::string bytes;
};

/// How a blob came to be in the repository.
struct PushedBlob {
  std::uint64_t uploaded_bytes = 0;  ///< 0: it was there, or was mounted
  bool mounted = false;
};

/// A client of the distribution API: token and basic authentication, redirects, retries with backoff, resumed
/// transfers. Credentials go only to the host that they belong to. Thread-safe.
///
/// Errors of all calls: RegistryAuthFailed (retry: when the spec changes); RegistryUnreachable (soon): no connection,
/// TLS, 429 or 5xx until the attempts were spent; NotFound (when the spec changes); TooLarge (when the spec changes):
/// 413; RegistryRefused (when the spec changes): another 4xx, with the registry's own words; DigestMismatch (soon):
/// content is not what its digest says; Cancelled (never). Source: distribution-spec.
class Registry {
 public:
  Registry(RegistryOptions options, Credentials credentials);
  ~Registry();

  /// The digest that a tag stands for: of the index where there is one. One HEAD request; a reference by digest is
  /// checked too.
  base::Result<std::string> resolve_digest(const Reference& reference, std::stop_token stop = {});
  /// A manifest or index; the body is verified against the digest when the reference has one.
  base::Result<FetchedManifest> get_manifest(const Reference& reference, std::stop_token stop = {});
  /// Streams a blob, in order and every byte once though connections drop. The digest is verified after the last piece.
  base::Done get_blob(const Reference& repository, const Descriptor& blob, const BodySink& sink,
                      std::stop_token stop = {});

  /// Finds out whether pushing is allowed, by an upload that is started and cancelled.
  base::Done check_push(const Reference& repository, std::stop_token stop = {});
  base::Result<bool> has_blob(const Reference& repository, std::string_view digest, std::stop_token stop = {});
  /// Makes sure that the blob is in the repository: looks, mounts from `mount_from` (a path on the same registry;
  /// empty: none), uploads.
  base::Result<PushedBlob> push_blob(const Reference& repository, const Descriptor& blob, int file,
                                     std::string_view mount_from = {}, std::stop_token stop = {});
  base::Result<PushedBlob> push_blob(const Reference& repository, const Descriptor& blob, std::string_view bytes,
                                     std::stop_token stop = {});
  /// Puts a manifest under a tag or digest and reads back that the registry has the same digest. True when it was there
  /// already.
  base::Result<bool> push_manifest(const Reference& repository, std::string_view tag_or_digest,
                                   const Descriptor& manifest, std::string_view bytes, std::stop_token stop = {});

 private:
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace staves::oci
