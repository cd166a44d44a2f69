#include "portage/kept_configuration.h"

#include "base/files.h"
#include "portage/make_conf.h"
#include "portage/package_files.h"
#include "portage/removal.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

fs::path place_aside(const Paths& paths) {
  return paths.system / "etc/portage-of-the-image";
}

base::Done unwritable(const fs::path& path, const std::error_code& failed) {
  if (!failed) return {};
  return base::fail("FileUnwritable", "copying " + path.string() + ": " + failed.message(), base::Retry::never());
}

/// Links stay links; what was there before gives way, but for directories, which are joined.
base::Done copy_over(const fs::path& from, const fs::path& to) {
  TRY(base::make_directories(to));
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(from, failed)) {
    const fs::path target = to / entry.path().filename();
    std::error_code ignored;
    if (!entry.is_symlink(ignored) && entry.is_directory(ignored)) {
      if (!fs::is_directory(fs::symlink_status(target, ignored))) TRY(remove_path(target));
      TRY(copy_over(entry.path(), target));
      continue;
    }
    TRY(remove_path(target));
    fs::copy(entry.path(), target, fs::copy_options::copy_symlinks, failed);
    TRY(unwritable(target, failed));
  }
  return unwritable(from, failed);
}

base::Done choose_profile(const fs::path& etc_portage, const std::string& profile) {
  if (profile.empty()) return {};
  const fs::path link = etc_portage / "make.profile";
  TRY(remove_path(link));
  std::error_code failed;
  fs::create_directory_symlink("../../var/db/repos/gentoo/profiles/" + profile, link, failed);
  return unwritable(link, failed);
}

}  // namespace

base::Done set_configuration_aside(const Paths& paths, const api::Plan& plan) {
  const fs::path aside = place_aside(paths);
  TRY(remove_path(aside));
  TRY(copy_over(paths.etc_portage(), aside));
  TRY(choose_profile(aside, plan.profile));
  for (const auto& [name, text] : package_files(plan.builder_portage, plan.image_portage)) {
    TRY(add_portage_file(aside, name, text));
  }
  const std::string variables =
      make_conf_lines(plan.builder_portage.make_conf) + make_conf_lines(plan.image_portage.make_conf);
  return variables.empty() ? base::Done() : add_portage_file(aside, "make.conf", variables);
}

base::Done keep_configuration(const Paths& paths) {
  return copy_over(place_aside(paths), paths.rootfs / "etc/portage");
}

}  // namespace staves::portage
