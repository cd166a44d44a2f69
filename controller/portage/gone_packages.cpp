#include "portage/gone_packages.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "portage/binary_index.h"
#include "portage/package_names.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

bool has_ebuild(const fs::path& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".ebuild") return true;
  }
  return false;
}

}  // namespace

GonePackages gone_packages(const Paths& paths, std::string_view index, const std::string& repository,
                           const std::string& location, const std::vector<Overlay>& overlays) {
  GonePackages gone;
  std::set<std::string> names;
  for (const std::string& cpv : versions_of(index, repository)) {
    const std::string name = package_name(cpv);
    const fs::path folder = paths.inside(location) / name;
    std::error_code ignored;
    if (name.empty() || fs::exists(folder / (fs::path(cpv).filename().string() + ".ebuild"), ignored)) continue;
    const bool elsewhere = std::ranges::any_of(
        overlays, [&](const Overlay& overlay) { return has_ebuild(paths.inside(overlay.location) / name); });
    if (elsewhere || has_ebuild(folder)) {
      gone.versions.push_back(cpv);
    } else {
      names.insert(name);
    }
  }
  gone.names.assign(names.begin(), names.end());
  return gone;
}

}  // namespace staves::portage
