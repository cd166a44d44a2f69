#include "oci/mounted_plan.h"

#include "oci/mounted_file.h"

namespace staves::oci {

base::Result<api::Plan> read_mounted_plan(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto text, read_mounted_file(path));
  if (!text) return base::fail("FileNotFound", "there is no plan at " + path.string(), base::Retry::never());
  return api::parse_plan(*text);
}

}  // namespace staves::oci
