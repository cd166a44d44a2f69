#include "tests/support/fault_proxy/tls_context.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/tls_setup.h"

namespace staves::test {

namespace {

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

Bio bio_of(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

TlsContext make_context(const SSL_METHOD* method) {
  TlsContext context(SSL_CTX_new(method), SSL_CTX_free);
  // A write is tried again with what is left of it.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

}  // namespace

TlsContext server_context(const Identity& identity) {
  TlsContext context = make_context(TLS_server_method());
  X509* certificate = PEM_read_bio_X509(bio_of(identity.certificate_pem).get(), nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio_of(identity.key_pem).get(), nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context.get(), certificate);
  SSL_CTX_use_PrivateKey(context.get(), key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

base::Result<TlsContext> client_context(const base::TlsIdentity& tls, const std::string& host) {
  TRY_ASSIGN(const auto setup, base::TlsSetup::parse(tls, host));
  TlsContext context = make_context(TLS_client_method());
  setup->apply(context.get());
  if (!tls.verify) {
    SSL_CTX_set_cert_verify_callback(context.get(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  } else {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  // The context calls into the setup: one lives as long as the other.
  return TlsContext(context.get(), [context, setup](SSL_CTX*) {});
}

}  // namespace staves::test
