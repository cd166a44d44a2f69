#include "portage/trusted_roots.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;
using base::Done;
using base::Result;

constexpr std::size_t most_bundle_bytes = 16U << 20U;

struct Root {
  std::string pem;
  unsigned long name_hash = 0;  ///< of its subject, as OpenSSL names the file where it looks for it
};

std::string pem_of(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(memory.get(), certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<std::vector<Root>> read_roots(const std::string& text) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                                         &BIO_free);
  std::vector<Root> roots;
  while (true) {
    const std::unique_ptr<X509, decltype(&X509_free)> one(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr),
                                                          &X509_free);
    if (!one) break;
    roots.push_back({pem_of(one.get()), X509_subject_name_hash(one.get())});
  }
  if (!roots.empty()) return roots;
  return base::fail("InvalidCertificate", "the ConfigMap of spec.trust.caBundle has no certificate that can be read",
                    base::Retry::when_spec_changes());
}

/// The first name of "HASH.0", "HASH.1", ... that is free.
fs::path free_place(const fs::path& directory, unsigned long hash) {
  std::error_code failed;
  for (int number = 0;; ++number) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "%08lx.%d", hash, number);
    fs::path place = directory / name.data();
    if (!fs::exists(fs::symlink_status(place, failed))) return place;
  }
}

Done append(const fs::path& bundle, const std::string& text) {
  const auto before = base::read_mounted_file(bundle, most_bundle_bytes);
  return base::write_file_atomically(bundle, (before ? *before : std::string()) + text, 0644);
}

}  // namespace

Done trust_extra_roots(const Paths& paths) {
  std::error_code failed;
  if (!fs::exists(paths.extra_ca, failed)) return {};
  TRY_ASSIGN(const auto text, base::read_mounted_file(paths.extra_ca));
  TRY_ASSIGN(const auto roots, read_roots(text));
  const fs::path certificates = paths.system / "etc/ssl/certs";
  const fs::path own = paths.system / "usr/local/share/ca-certificates";
  TRY(base::make_directories(certificates));
  TRY(base::make_directories(own));
  std::string added;
  for (const Root& root : roots) {
    const std::string name = "staves-" + std::to_string(&root - roots.data() + 1) + ".crt";
    TRY(base::write_file_atomically(own / name, root.pem, 0644));
    TRY(base::write_file_atomically(free_place(certificates, root.name_hash), root.pem, 0644));
    added += root.pem;
  }
  return append(certificates / "ca-certificates.crt", added);
}

}  // namespace staves::portage
