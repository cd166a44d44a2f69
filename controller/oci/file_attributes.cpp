#include "oci/file_attributes.h"

#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::string_view capability_name = "security.capability";
constexpr std::size_t max_attribute = 64U << 10U;
constexpr std::size_t revision_2_bytes = 20;
constexpr std::size_t revision_3_bytes = 24;

bool belongs_into_image(std::string_view name) {
  return name == capability_name || (name.starts_with("user.") && !name.starts_with("user.overlay."));
}

std::unexpected<base::Error> unreadable(std::string_view path) {
  return fail("TreeUnreadable", "reading attributes of " + std::string(path) + ": " + std::strerror(errno),
              Retry::never());
}

}  // namespace

std::string without_namespace(std::string capability) {
  // Little endian: the revision is the last byte of the first word.
  if (capability.size() != revision_3_bytes || capability[3] != 3) return capability;
  capability[3] = 2;
  capability.resize(revision_2_bytes);
  return capability;
}

Result<std::map<std::string, std::string>> image_attributes(int file, std::string_view path) {
  std::map<std::string, std::string> attributes;
  std::array<char, max_attribute> buffer{};
  const auto length = ::flistxattr(file, buffer.data(), buffer.size());
  if (length < 0) {
    if (errno == ENOTSUP) return attributes;
    return unreadable(path);
  }
  const std::string names(buffer.data(), static_cast<std::size_t>(length));
  for (std::size_t at = 0; at < names.size(); at += std::strlen(names.c_str() + at) + 1) {
    const std::string name = names.c_str() + at;
    if (!belongs_into_image(name)) continue;
    const auto size = ::fgetxattr(file, name.c_str(), buffer.data(), buffer.size());
    if (size < 0) return unreadable(path);
    std::string value(buffer.data(), static_cast<std::size_t>(size));
    attributes[name] = name == capability_name ? without_namespace(std::move(value)) : std::move(value);
  }
  return attributes;
}

}  // namespace staves::oci
