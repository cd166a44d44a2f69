#include "oci/mounted_file.h"

#include "base/files.h"

namespace staves::oci {

using base::fail;
using base::Result;
using base::Retry;

Result<std::optional<std::string>> read_mounted_file(const std::filesystem::path& path) {
  auto text = base::read_mounted_file(path, 1U << 20U);
  if (text) return std::optional(*std::move(text));
  if (text.error().code == "FileNotFound") return std::optional<std::string>();
  return fail(std::move(text).error());
}

Result<Credentials> read_mounted_credentials(const std::filesystem::path& path) {
  auto text = read_mounted_file(path);
  if (!text) return fail("InvalidCredentials", text.error().message, Retry::when_spec_changes());
  return *text ? Credentials::parse(**text) : Credentials{};
}

}  // namespace staves::oci
