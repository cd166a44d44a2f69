#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "oci/reference.h"
#include "oci/token.h"
#include "oci/url.h"

namespace staves::oci {

/// For what a request needs rights.
struct AccessScope {
  Reference repository;
  bool push = false;
  std::string mount_from;  ///< another path on the same registry that is read; may be empty
};

/// Finds the Authorization of a request by what servers asked for before. Thread-safe.
/// A credential goes to the host that it is filed under, and to the token server which that host names.
class Authenticator {
 public:
  using IsInsecure = std::function<bool(std::string_view host)>;
  Authenticator(HttpTransport& transport, Credentials credentials, IsInsecure is_insecure)
      : tokens_(transport), credentials_(std::move(credentials)), is_insecure_(std::move(is_insecure)) {}

  /// The header's value; empty when the server has not asked for any yet.
  /// Errors: those of TokenStore::token.
  base::Result<std::string> authorization(const Url& url, const AccessScope& scope, const std::stop_token& stop);

  /// Takes a 401 to heart; the same request may succeed after it.
  /// Errors: RegistryAuthFailed (retry: when the spec changes) when there is nothing to answer the challenge with.
  base::Done learn(const Url& url, const AccessScope& scope, std::string_view www_authenticate);

  /// What is known for a host and repository.
  Credential credential_for(const Url& url, const AccessScope& scope) const;

 private:
  std::optional<Challenge> known_challenge(const Url& url);
  TokenRequest token_request(const Challenge& challenge, const Url& url, const AccessScope& scope) const;

  TokenStore tokens_;
  Credentials credentials_;
  IsInsecure is_insecure_;
  std::mutex mutex_;
  std::map<std::string, Challenge> challenges_;  ///< by origin
};

}  // namespace staves::oci
