#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::oci {

/// What a registry is told about who asks. All empty: nobody in particular.
struct Credential {
  std::string username;
  std::string password;
  std::string identity_token;  ///< an OAuth refresh token; wins over the password
  bool empty() const { return username.empty() && password.empty() && identity_token.empty(); }
  friend bool operator==(const Credential&, const Credential&) = default;
};

/// The content of a kubernetes.io/dockerconfigjson Secret. Its texts are never logged.
class Credentials {
 public:
  /// None for anybody.
  Credentials() = default;

  /// Reads {"auths":{"host[/path]":{auth | username+password | identitytoken}}}.
  /// Errors: InvalidCredentials (retry: when the spec changes), without a word of the content.
  static base::Result<Credentials> parse(std::string_view docker_config_json);

  /// The entry whose host is `host` and whose path is the longest prefix of `path` in whole segments.
  /// docker.io, index.docker.io and registry-1.docker.io are one host.
  Credential find(std::string_view host, std::string_view path) const;

  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string host;
    std::string path;
    Credential credential;
  };
  std::vector<Entry> entries_;
};

/// `text` with every secret of `credential` replaced by "***".
std::string without_secrets(std::string text, const Credential& credential);

}  // namespace staves::oci
