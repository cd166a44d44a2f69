#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "oci/authenticator.h"
#include "oci/plain_hosts.h"
#include "oci/registry.h"

namespace staves::oci {

/// One wish to a registry.
struct RegistryRequest {
  std::string method = "GET";
  Url url;
  AccessScope scope;
  std::map<std::string, std::string> headers;
  std::string body;
  std::optional<FileRange> file;
  BodySink sink;
  std::function<void(int status)> before_sink;
  bool repeatable = true;  ///< false: a dropped connection or a 5xx is the caller's to mend
};

/// The answer, and from where it came after redirects: a relative Location belongs to that address.
struct RegistryAnswer {
  TransportResponse response;
  Url url;
};

/// Carries a request through authentication, redirects and retries.
class Exchange {
 public:
  Exchange(RegistryOptions options, Credentials credentials);

  /// An answer below 500 that is neither 401, 403, 413 nor 429.
  /// Errors: as Registry.
  base::Result<RegistryAnswer> send(const RegistryRequest& request, const std::stop_token& stop);

  /// The address of "/v2/<path>/<rest>" on the registry of `repository`.
  base::Result<Url> address(const Reference& repository, std::string_view rest) const;

  /// Where the Location of an answer leads; nothing when it has none.
  /// Errors: those of PlainHosts::follow.
  base::Result<std::optional<Url>> location(const RegistryAnswer& answer) const;

  const RetryPolicy& retry() const { return options_.retry; }

 private:
  base::Result<RegistryAnswer> send_once(const RegistryRequest& request, const std::stop_token& stop);
  base::Result<RegistryAnswer> judge(RegistryAnswer answer, const RegistryRequest& request) const;

  RegistryOptions options_;
  std::unique_ptr<HttpTransport> transport_;
  PlainHosts plain_hosts_;
  Authenticator authenticator_;
};

/// What an answer that nobody expected means: NotFound or RegistryRefused with the registry's own words.
base::Error refusal(const RegistryAnswer& answer, std::string_view doing);

}  // namespace staves::oci
