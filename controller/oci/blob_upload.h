#pragma once

#include <string>

#include "oci/exchange.h"

namespace staves::oci {

/// What is uploaded: a file from its beginning, or bytes.
struct BlobContent {
  int file = -1;           ///< used when not negative
  std::string_view bytes;  ///< used otherwise
};

/// One blob on its way into a repository: looks, mounts, uploads, goes on where a dropped connection left off.
/// Source: distribution-spec, "Pushing blobs".
class BlobUpload {
 public:
  BlobUpload(Exchange& exchange, AccessScope scope, Descriptor blob, BlobContent content, std::stop_token stop)
      : exchange_(exchange),
        scope_(std::move(scope)),
        blob_(std::move(blob)),
        content_(content),
        stop_(std::move(stop)) {}

  /// Errors: as Registry.
  base::Result<PushedBlob> run();

  /// Whether the repository has the blob.
  base::Result<bool> exists();

  /// Starts an upload and cancels it.
  base::Done probe();

 private:
  /// How a part of the way ended.
  enum class Step { Complete, SessionLost };

  /// Where the session is; empty when the blob was mounted.
  base::Result<std::optional<Url>> start(bool mount);
  base::Result<Step> transfer(Url& session);
  base::Result<Step> send_rest(Url& session, std::uint64_t& offset);
  base::Result<Step> find_offset(Url& session, std::uint64_t& offset);
  base::Result<Step> commit(const Url& session);
  void cancel(const Url& session);
  RegistryRequest request(std::string method, Url url) const;
  base::Done wait(int failures);

  Exchange& exchange_;
  AccessScope scope_;
  Descriptor blob_;
  BlobContent content_;
  std::stop_token stop_;
};

}  // namespace staves::oci
