#include "kube/pem.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace staves::kube {

namespace {

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

Owned<BIO> reader_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), [](BIO* bio) { BIO_free(bio); }};
}

/// Never asks a terminal for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Result<std::string> decode_base64(std::string_view text) {
  std::string packed;
  for (const char c : text) {
    if (!std::string_view(" \t\r\n").contains(c)) packed += c;
  }
  const auto invalid = [] { return base::fail("InvalidBase64", "the text is not base64", base::Retry::never()); };
  if (packed.size() % 4 != 0) return invalid();
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (length < 0) return invalid();
  // EVP_DecodeBlock counts padding as bytes, and takes it anywhere.
  const std::size_t padding = packed.size() - std::min(packed.find('='), packed.size());
  if (padding > 2 || packed.find_last_not_of('=') + 1 + padding != packed.size()) return invalid();
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

bool is_key_of(const std::string& key_pem, const std::string& certificate_pem) {
  const auto key_reader = reader_of(key_pem);
  const auto certificate_reader = reader_of(certificate_pem);
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_reader.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
  const Owned<X509> certificate(PEM_read_bio_X509(certificate_reader.get(), nullptr, no_passphrase, nullptr),
                                X509_free);
  return key && certificate && X509_check_private_key(certificate.get(), key.get()) == 1;
}

}  // namespace staves::kube
