#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/result.h"
#include "tests/support/fault_proxy/tls_context.h"

namespace staves::test {

/// What clients see of the proxy, and how they find it: its certificate, and a directory with the files `kubeconfig`,
/// `ca.crt` and `token`. Thread-safe.
class Doorway {
 public:
  /// `address` is where the proxy listens. Errors: those of base::write_file_atomically (retry: never).
  static base::Result<std::unique_ptr<Doorway>> make(std::filesystem::path directory, std::string address);

  /// Writes the kubeconfig. Errors: those of base::write_file_atomically.
  base::Done announce(int port);

  /// A new authority and a certificate of it; connections of the old one are to end.
  base::Done swap_authority();
  /// A new token in the token file.
  base::Done swap_token();

  TlsContext tls() const;
  std::string token() const;
  /// Grows with each swap of the authority.
  std::uint64_t edition() const;
  std::filesystem::path kubeconfig() const { return directory_ / "kubeconfig"; }

 private:
  Doorway(std::filesystem::path directory, std::string address);

  const std::filesystem::path directory_;
  const std::string address_;
  mutable std::mutex mutex_;
  TlsContext tls_;
  std::string token_;
  std::uint64_t edition_ = 0;
  std::uint64_t tokens_ = 0;
};

}  // namespace staves::test
