#include "portage/locale_default.h"

#include <array>
#include <string_view>

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

// glibc looks for the first spelling; distributions have had both.
constexpr std::array<std::string_view, 2> names = {"C.utf8", "C.UTF-8"};

base::Done copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::create_directories(to.parent_path(), failed);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks, failed);
  if (failed) {
    return base::fail("FileUnwritable", "copying " + from.string() + ": " + failed.message(), base::Retry::never());
  }
  // The stage3's own times: the same image whenever it is built.
  for (const auto& entry : fs::recursive_directory_iterator(from, failed)) {
    if (entry.is_regular_file(failed)) {
      fs::last_write_time(to / entry.path().lexically_relative(from), entry.last_write_time(failed), failed);
    }
  }
  return {};
}

}  // namespace

base::Result<bool> ensure_default_locale(const fs::path& system, const fs::path& rootfs) {
  std::error_code ignored;
  for (const auto name : names) {
    if (fs::exists(rootfs / "usr/lib/locale" / name, ignored)) {
      return true;
    }
  }
  for (const auto name : names) {
    const auto origin = system / "usr/lib/locale" / name;
    if (fs::is_directory(origin, ignored)) {
      TRY(copy_tree(origin, rootfs / "usr/lib/locale" / names.front()));
      return true;
    }
  }
  return false;
}

}  // namespace staves::portage
