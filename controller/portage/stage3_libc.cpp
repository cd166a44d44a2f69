#include "portage/stage3_libc.h"

#include <algorithm>
#include <vector>

namespace staves::portage {

std::string libc_of(const std::filesystem::path& system) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(system / "var/db/pkg/sys-libs", failed)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("glibc-") || name.starts_with("musl-")) {
      names.push_back(name);
    }
  }
  return names.empty() ? "unknown" : *std::ranges::min_element(names);
}

}  // namespace staves::portage
