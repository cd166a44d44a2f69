#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "oci/challenge.h"
#include "oci/credentials.h"
#include "oci/http_transport.h"

namespace staves::oci {

/// What a Bearer challenge asks for and who asks.
struct TokenRequest {
  std::string realm;
  std::string service;
  std::vector<std::string> scopes;  ///< "repository:NAME:pull,push"
  Credential credential;
};

/// Asks token servers and keeps what they gave until it expires. Thread-safe.
/// Source: distribution's token authentication specification.
class TokenStore {
 public:
  explicit TokenStore(HttpTransport& transport) : transport_(transport) {}

  /// A token that is still good, or a new one.
  /// Errors: RegistryAuthFailed (retry: when the spec changes); RegistryUnreachable (soon); those of HttpTransport.
  base::Result<std::string> token(const TokenRequest& request, const std::stop_token& stop);

  /// Drops the kept token: the registry refused it.
  void forget(const TokenRequest& request);

 private:
  struct Kept {
    std::string token;
    std::chrono::steady_clock::time_point good_until;
  };

  HttpTransport& transport_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace staves::oci
