#include "portage/root_layout.h"

#include <array>
#include <string_view>

#include "base/files.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

// Names of library directories that a Gentoo system may have; a test stage3 of another kind may have more, which stay
// out.
constexpr std::array<std::string_view, 6> places = {"bin", "sbin", "lib", "lib32", "lib64", "usr/sbin"};

base::Done make_link(const fs::path& target, const fs::path& link) {
  std::error_code failed;
  if (fs::exists(fs::symlink_status(link, failed))) {
    return {};
  }
  fs::create_symlink(target, link, failed);
  if (failed) {
    return base::fail("FileUnwritable", "linking " + link.string() + ": " + failed.message(), base::Retry::never());
  }
  return {};
}

}  // namespace

base::Done lay_out_root(const fs::path& system, const fs::path& rootfs) {
  for (const std::string_view common : {"etc", "usr/bin", "usr/lib", "var/db/pkg"}) {
    TRY(base::make_directories(rootfs / common));
  }
  for (const auto place : places) {
    std::error_code ignored;
    const auto origin = system / place;
    const auto own = rootfs / place;
    if (!fs::is_symlink(origin, ignored)) {
      if (fs::is_directory(origin, ignored)) {
        TRY(base::make_directories(own));
      }
      continue;
    }
    auto target = fs::read_symlink(origin, ignored);
    if (target.is_absolute()) {
      target = target.lexically_relative(fs::path("/") / fs::path(place).parent_path());
    }
    TRY(base::make_directories((own.parent_path() / target).lexically_normal()));
    TRY(make_link(target, own));
  }
  return {};
}

}  // namespace staves::portage
