#include "decide/image_reference.h"

#include "base/digest.h"

namespace staves::decide {

std::string_view pinned_digest(std::string_view reference) {
  const std::size_t at = reference.find('@');
  if (at == std::string_view::npos) return {};
  const std::string_view digest = reference.substr(at + 1);
  return base::is_sha256_digest(digest) ? digest : std::string_view{};
}

std::string with_digest(std::string_view reference, std::string_view digest) {
  std::string_view name = reference.substr(0, reference.find('@'));
  // A colon before the last slash belongs to the port of the host.
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash))
    name = name.substr(0, colon);
  return std::string(name) + "@" + std::string(digest);
}

}  // namespace staves::decide
