#pragma once

#include <memory>
#include <string>
#include <vector>

namespace staves::test {

/// A certificate and its key, both PEM.
struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};

/// A certificate authority for tests, made on the spot (P-256, valid for a day).
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name = "test authority");
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// Its own certificate.
  const std::string& pem() const { return pem_; }
  /// A certificate for these names, "DNS:localhost" or "IP:127.0.0.1".
  Identity issue(const std::string& common_name, const std::vector<std::string>& names = {}) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string pem_;
};

}  // namespace staves::test
