#include "base/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace staves::base {

namespace {
constexpr std::string_view prefix = "sha256:";
constexpr std::size_t hex_digits = 64;
}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> raw{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(state_->context.get(), raw.data(), &length);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(prefix);
  text.reserve(prefix.size() + hex_digits);
  for (const unsigned char byte : raw) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string sha256_digest(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

bool is_sha256_digest(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == prefix.size() + hex_digits && text.starts_with(prefix) &&
         std::ranges::all_of(text.substr(prefix.size()), is_hex);
}

std::string short_hash(std::string_view bytes, std::size_t length) {
  return sha256_digest(bytes).substr(prefix.size(), std::min(length, hex_digits));
}

}  // namespace staves::base
