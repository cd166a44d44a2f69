#include "tests/support/fault_proxy/doorway.h"

#include <random>

#include "base/files.h"

namespace staves::test {

Doorway::Doorway(std::filesystem::path directory, std::string address)
    : directory_(std::move(directory)), address_(std::move(address)) {}

base::Result<std::unique_ptr<Doorway>> Doorway::make(std::filesystem::path directory, std::string address) {
  TRY(base::make_directories(directory));
  std::unique_ptr<Doorway> doorway(new Doorway(std::move(directory), std::move(address)));
  TRY(doorway->swap_authority());
  TRY(doorway->swap_token());
  return doorway;
}

base::Done Doorway::announce(int port) {
  const std::string host = address_.contains(':') ? "[" + address_ + "]" : address_;
  const std::string text =
      "apiVersion: v1\nkind: Config\ncurrent-context: fault-proxy\n"
      "clusters:\n- name: fault-proxy\n  cluster:\n    certificate-authority: ca.crt\n    server: https://" +
      host + ":" + std::to_string(port) +
      "\nusers:\n- name: fault-proxy\n  user:\n    tokenFile: token\n"
      "contexts:\n- name: fault-proxy\n  context:\n    cluster: fault-proxy\n    user: fault-proxy\n";
  return base::write_file_atomically(kubeconfig(), text);
}

base::Done Doorway::swap_authority() {
  const CertificateAuthority authority("fault proxy");
  const Identity identity = authority.issue("the proxy", {"DNS:localhost", "IP:127.0.0.1", "IP:" + address_});
  TRY(base::write_file_atomically(directory_ / "ca.crt", authority.pem()));
  const std::lock_guard lock(mutex_);
  tls_ = server_context(identity);
  ++edition_;
  return {};
}

base::Done Doorway::swap_token() {
  const std::lock_guard lock(mutex_);
  token_ = "token-" + std::to_string(++tokens_) + "-" + std::to_string(std::random_device()());
  return base::write_file_atomically(directory_ / "token", token_, 0600);
}

TlsContext Doorway::tls() const {
  const std::lock_guard lock(mutex_);
  return tls_;
}

std::string Doorway::token() const {
  const std::lock_guard lock(mutex_);
  return token_;
}

std::uint64_t Doorway::edition() const {
  const std::lock_guard lock(mutex_);
  return edition_;
}

}  // namespace staves::test
