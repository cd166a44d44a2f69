#include "portage/toolchain_of.h"

#include <algorithm>

#include "portage/stage3_libc.h"

namespace staves::portage {
namespace {

/// "2.44" when the database has "<category>/<name>-2.44"; the greatest by its letters when it has several, in slots.
std::string installed_version(const std::filesystem::path& system, const std::string& category,
                              const std::string& name) {
  std::error_code failed;
  std::string found;
  for (const auto& entry : std::filesystem::directory_iterator(system / "var/db/pkg" / category, failed)) {
    const auto directory = entry.path().filename().string();
    // Not "binutils-config-5.5": a version begins with a digit.
    const bool is_it = directory.starts_with(name + "-") && directory.size() > name.size() + 1 &&
                       directory[name.size() + 1] >= '0' && directory[name.size() + 1] <= '9';
    if (is_it) found = std::max(found, directory.substr(name.size() + 1));
  }
  return found;
}

}  // namespace

api::Toolchain toolchain_of(const std::filesystem::path& system, const KnownToolchain& known,
                            const std::string& profile) {
  return {.arch = known.arch,
          .chost = known.chost,
          .libc = libc_of(system),
          .profile = profile,
          .gcc = known.gcc,
          .binutils = installed_version(system, "sys-devel", "binutils"),
          .portage = installed_version(system, "sys-apps", "portage")};
}

}  // namespace staves::portage
