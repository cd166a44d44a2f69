#include "oci/mounted_file.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/descriptor.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::size_t max_bytes = 1U << 20U;

}  // namespace

Result<std::optional<std::string>> read_mounted_file(const std::filesystem::path& path) {
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() && (errno == ENOENT || errno == ENOTDIR)) return std::optional<std::string>();
  std::string text;
  std::array<char, 16384> buffer{};
  ssize_t count = file.valid() ? 1 : -1;
  while (count > 0 && text.size() <= max_bytes) {
    count = ::read(file.number(), buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (count < 0)
    return fail("FileUnreadable", "reading " + path.string() + ": " + std::strerror(errno), Retry::never());
  if (text.size() > max_bytes) return fail("FileTooLarge", path.string() + " has more than 1 MiB", Retry::never());
  return std::optional(std::move(text));
}

Result<Credentials> read_mounted_credentials(const std::filesystem::path& path) {
  auto text = read_mounted_file(path);
  if (!text) return fail("InvalidCredentials", text.error().message, Retry::when_spec_changes());
  return *text ? Credentials::parse(**text) : Credentials{};
}

}  // namespace staves::oci
