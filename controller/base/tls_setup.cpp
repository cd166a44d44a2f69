#include "base/tls_setup.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace staves::base {

namespace {

template <class T, void (*release)(T*)>
struct Release {
  void operator()(T* thing) const { release(thing); }
};
void release_bio(BIO* bio) {
  BIO_free(bio);
}

using Store = std::unique_ptr<X509_STORE, Release<X509_STORE, X509_STORE_free>>;
using Certificate = std::unique_ptr<X509, Release<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO, release_bio>>;

std::unexpected<Error> invalid(const std::string& what) {
  // Never the text itself, and OpenSSL's queue must not accuse a later call.
  ERR_clear_error();
  return fail("InvalidCertificate", what, Retry::never());
}

Bio bio_of(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// All certificates of a PEM text.
Result<std::vector<Certificate>> read_certificates(const std::string& pem, const std::string& what) {
  std::vector<Certificate> certificates;
  const Bio bio = bio_of(pem);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) certificates.emplace_back(one);
  // The end of the text is an error of its own to OpenSSL, and any other one means a broken part.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end || certificates.empty()) return invalid("the " + what + " is not a certificate in PEM form");
  ERR_clear_error();
  return certificates;
}

Result<Store> store_of(const std::string& ca_pem) {
  Store store(X509_STORE_new());
  if (ca_pem.empty()) return store;
  TRY_ASSIGN(const auto roots, read_certificates(ca_pem, "certificate authority"));
  for (const auto& root : roots) X509_STORE_add_cert(store.get(), root.get());
  // A root that is there twice is no error of ours.
  ERR_clear_error();
  return store;
}

/// A key with a passphrase cannot be asked for one.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

struct TlsSetup::Parts {
  Store roots;
  std::vector<Certificate> chain;
  Key key;
  std::string name;
};

TlsSetup::TlsSetup() : parts_(std::make_unique<Parts>()) {}
TlsSetup::~TlsSetup() = default;

Result<std::shared_ptr<TlsSetup>> TlsSetup::parse(const TlsIdentity& identity, const std::string& host) {
  std::shared_ptr<TlsSetup> setup(new TlsSetup());
  Parts& parts = *setup->parts_;
  parts.name = identity.server_name.empty() ? host : identity.server_name;
  TRY_ASSIGN(parts.roots, store_of(identity.ca_pem));
  if (identity.certificate_pem.empty()) return setup;
  TRY_ASSIGN(parts.chain, read_certificates(identity.certificate_pem, "client certificate"));
  parts.key.reset(PEM_read_bio_PrivateKey(bio_of(identity.private_key_pem).get(), nullptr, no_passphrase, nullptr));
  if (!parts.key) return invalid("the client key is not a key in PEM form without a passphrase");
  if (X509_check_private_key(parts.chain.front().get(), parts.key.get()) != 1) {
    return invalid("the client key does not belong to the client certificate");
  }
  return setup;
}

void TlsSetup::apply(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Replaces a store that has the system's roots in it: adding ours to that one would leave them trusted.
  SSL_CTX_set1_cert_store(context, parts_->roots.get());
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, parts_->name.c_str()) != 1) {
    X509_VERIFY_PARAM_set1_host(wanted, parts_->name.c_str(), parts_->name.size());
  }
  SSL_CTX_set_cert_verify_callback(context, check, this);
  if (parts_->chain.empty()) return;
  SSL_CTX_use_certificate(context, parts_->chain.front().get());
  for (std::size_t i = 1; i < parts_->chain.size(); ++i) SSL_CTX_add1_chain_cert(context, parts_->chain[i].get());
  SSL_CTX_use_PrivateKey(context, parts_->key.get());
}

int TlsSetup::check(x509_store_ctx_st* chain, void* self) {
  X509_STORE_CTX_set_verify_cb(chain, [](int so_far, X509_STORE_CTX*) { return so_far; });
  if (X509_verify_cert(chain) == 1) return 1;
  auto* setup = static_cast<TlsSetup*>(self);
  const std::lock_guard lock(setup->mutex_);
  setup->refusal_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain));
  return 0;
}

std::string TlsSetup::last_refusal() const {
  const std::lock_guard lock(mutex_);
  return refusal_;
}

}  // namespace staves::base
