#include "portage/trusted_roots.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <map>
#include <memory>

#include "support/certificates.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

/// Whether OpenSSL trusts a certificate by the directory of hashed names alone.
bool is_trusted_by(const fs::path& directory, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                         &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
  X509_STORE_load_path(store.get(), directory.c_str());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  return X509_verify_cert(context.get()) == 1;
}

class TrustedRoots : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    paths_ = paths_below(root_);
    put("etc/ssl/certs/ca-certificates.crt", "the system's\n");
  }
  Paths paths_;
  test::CertificateAuthority ours_{"our authority"};
  test::CertificateAuthority theirs_{"their authority"};
};

TEST_F(TrustedRoots, WithoutABundleTheStage3IsLeftAlone) {
  ASSERT_TRUE(trust_extra_roots(paths_));
  EXPECT_EQ(get("etc/ssl/certs/ca-certificates.crt"), "the system's\n");
  EXPECT_FALSE(there("usr/local/share/ca-certificates"));
}

TEST_F(TrustedRoots, AreTrustedBesideTheSystemsByWhoeverReadsABundleOrADirectory) {
  put("staves/trust/ca.crt", "a comment\n" + ours_.pem() + theirs_.pem());
  ASSERT_TRUE(trust_extra_roots(paths_));
  EXPECT_EQ(get("etc/ssl/certs/ca-certificates.crt"), "the system's\n" + ours_.pem() + theirs_.pem());
  EXPECT_EQ(get("usr/local/share/ca-certificates/staves-2.crt"), theirs_.pem());
  const auto directory = root_ / "etc/ssl/certs";
  EXPECT_TRUE(is_trusted_by(directory, ours_.issue("registry.example").certificate_pem));
  EXPECT_TRUE(is_trusted_by(directory, theirs_.issue("git.example").certificate_pem));
  EXPECT_FALSE(is_trusted_by(directory, test::CertificateAuthority("a stranger").issue("x").certificate_pem));
}

TEST_F(TrustedRoots, OfTwoWithOneNameBothAreThere) {
  const test::CertificateAuthority renewed("our authority");
  put("staves/trust/ca.crt", ours_.pem() + renewed.pem());
  ASSERT_TRUE(trust_extra_roots(paths_));
  std::map<std::string, std::string> by_ending;
  for (const auto& entry : fs::directory_iterator(root_ / "etc/ssl/certs")) {
    by_ending[entry.path().extension()] = get(fs::path("etc/ssl/certs") / entry.path().filename());
  }
  EXPECT_EQ(by_ending[".0"], ours_.pem());
  EXPECT_EQ(by_ending[".1"], renewed.pem());
}

TEST_F(TrustedRoots, ThatCannotBeReadAreAnError) {
  put("staves/trust/ca.crt", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  const auto done = trust_extra_roots(paths_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "InvalidCertificate");
}

}  // namespace
}  // namespace staves::portage
