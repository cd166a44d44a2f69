#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/http.h"
#include "kube/resource.h"

namespace staves::kube {

/// Who we are to the server and how we know that it is the server.
struct Access {
  base::TlsIdentity tls = {};
  std::string bearer_token = {};  ///< empty: the client certificate says who we are
  friend bool operator==(const Access&, const Access&) = default;
};

/// A source of Access that follows rotation. Thread-safe.
class Credentials {
 public:
  virtual ~Credentials() = default;

  /// The newest Access, from memory unless it is due to be read again. The same pointer means the same Access.
  /// When reading again fails, the old one stays in use for as long as it is valid.
  /// Errors: CredentialsUnreadable (retry: soon), Cancelled (never) when told to stop while it waits.
  virtual Result<std::shared_ptr<const Access>> current(std::stop_token stop) = 0;

  /// The server refused us (401), or we refused it (TLS), with that Access: the next call of `current` reads again,
  /// unless it has given out another one since.
  virtual void refused(const std::shared_ptr<const Access>& access) = 0;
};

/// Where the API server is and how to talk to it.
struct Connection {
  std::string server = {};      ///< "https://host:port", with a path when the server has one; no slash at its end
  std::string proxy = {};       ///< "http://host:port"; empty: none
  std::string name_space = {};  ///< what the context or the service account lives in; may be empty
  std::shared_ptr<Credentials> credentials = {};
};

}  // namespace staves::kube
