#include "portage/clean_up.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "portage/removal.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> always = {
    "etc/passwd-", "etc/group-",    "etc/shadow-",      "etc/gshadow-",       "etc/subuid-",
    "etc/subgid-", "etc/.pwd.lock", "etc/ld.so.cache~", "var/cache/ldconfig", "var/.updated"};
constexpr std::array<std::string_view, 4> emptied = {"tmp", "var/tmp", "run", "var/lock"};

base::Done empty(const fs::path& directory) {
  std::error_code failed;
  if (fs::is_symlink(directory, failed) || !fs::is_directory(directory, failed)) {
    return {};
  }
  std::vector<fs::path> inside;
  for (const auto& entry : fs::directory_iterator(directory, failed)) {
    // Marks of packages that keep the directory.
    if (!entry.path().filename().string().starts_with(".keep")) {
      inside.push_back(entry.path());
    }
  }
  for (const auto& path : inside) {
    TRY(remove_path(path));
  }
  return {};
}

}  // namespace

base::Done clean_up_root(const fs::path& rootfs) {
  for (const auto path : always) {
    TRY(remove_path(rootfs / path));
  }
  for (const auto directory : emptied) {
    TRY(empty(rootfs / directory));
  }
  return {};
}

std::vector<std::string> undecided_configuration(const fs::path& rootfs) {
  std::vector<std::string> found;
  std::error_code failed;
  const auto etc = rootfs / "etc";
  for (fs::recursive_directory_iterator entry(etc, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (entry->path().filename().string().starts_with("._cfg")) {
      found.push_back("/" + entry->path().lexically_relative(rootfs).string());
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace staves::portage
