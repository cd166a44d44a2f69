#include "oci/push_secret.h"

#include "oci/mounted_file.h"

namespace staves::oci {

base::Result<Credentials> read_push_secret(const std::filesystem::path& file, const std::string& name) {
  std::error_code failed;
  const bool there = std::filesystem::exists(file, failed);
  if (!name.empty() && !there && !failed) {
    return base::fail("RegistryAuthFailed",
                      "there is no Secret " + name + " with the key .dockerconfigjson in this namespace",
                      base::Retry::when_spec_changes());
  }
  return read_mounted_credentials(file);
}

}  // namespace staves::oci
