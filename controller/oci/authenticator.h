#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "oci/plain_hosts.h"
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
/// A credential goes to the host that it is filed under, and to the token server which that host names; neither it nor
/// a token goes over plain http to a host that may not be spoken to so.
class Authenticator {
 public:
  Authenticator(HttpTransport& transport, Credentials credentials, PlainHosts plain_hosts)
      : tokens_(transport), credentials_(std::move(credentials)), plain_hosts_(std::move(plain_hosts)) {}

  /// The header's value; empty when the server has not asked for any yet.
  /// Errors: those of TokenStore::token.
  base::Result<std::string> authorization(const Url& url, const AccessScope& scope, const std::stop_token& stop);

  /// Takes a 401 to heart; the same request may succeed after it.
  /// Errors: RegistryAuthFailed (retry: when the spec changes) when there is nothing to answer the challenge with.
  base::Done learn(const Url& url, const AccessScope& scope, std::string_view www_authenticate);

  /// What is known for a host and repository; empty for an address that no secret may go to.
  Credential credential_for(const Url& url, const AccessScope& scope) const;

 private:
  std::optional<Challenge> known_challenge(const Url& url);
  bool is_registry_itself(const Url& url, const AccessScope& scope) const;
  TokenRequest token_request(const Challenge& challenge, const Url& url, const AccessScope& scope) const;

  TokenStore tokens_;
  Credentials credentials_;
  PlainHosts plain_hosts_;
  std::mutex mutex_;
  std::map<std::string, Challenge> challenges_;  ///< by origin
};

}  // namespace staves::oci
