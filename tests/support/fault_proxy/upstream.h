#pragma once

#include <memory>
#include <string>

#include "kube/credentials.h"
#include "tests/support/fault_proxy/http_message.h"
#include "tests/support/fault_proxy/tls_context.h"

namespace staves::test {

/// A whole answer of the real server.
struct Reply {
  Head head;
  std::string body;
};

/// The real API server, and who the proxy is to it. Thread-safe.
class Upstream {
 public:
  /// Errors: InvalidServer, InvalidCertificate (retry: never).
  static base::Result<Upstream> make(const std::string& server, const kube::Access& access);

  /// Errors: ConnectFailed (retry: soon).
  base::Result<Line> connect(std::stop_token stop) const;

  /// The request as the real server shall see it: its own host and credential, no compression.
  std::string request_text(Head request, const std::string& target, const std::string& body) const;

  /// The newest resource version of the cluster. Errors: ConnectFailed, ConnectionLost (retry: soon).
  base::Result<std::string> newest_version(std::stop_token stop) const;

 private:
  std::string host_;
  std::string port_;
  std::string prefix_;
  std::string bearer_token_;
  TlsContext tls_;
};

}  // namespace staves::test
