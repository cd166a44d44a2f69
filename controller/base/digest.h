#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace staves::base {

/// SHA-256 over bytes that come in pieces. One use: after `finish` it is spent.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  /// "sha256:" and 64 lower-case hex digits, as OCI writes a digest.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "sha256:" and 64 lower-case hex digits of `bytes`.
std::string sha256_digest(std::string_view bytes);

/// Whether `text` is "sha256:" and 64 lower-case hex digits.
bool is_sha256_digest(std::string_view text);

/// The first `length` (at most 64) hex digits of the SHA-256 of `bytes`: for names.
std::string short_hash(std::string_view bytes, std::size_t length);

}  // namespace staves::base
