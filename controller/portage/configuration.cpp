#include "portage/configuration.h"

#include "base/files.h"
#include "portage/make_conf.h"
#include "portage/package_files.h"
#include "portage/repos_conf.h"
#include "portage/toolchain_key.h"

namespace staves::portage {
namespace {

base::Done write_files(const Paths& paths, const api::Plan& plan, const Parallelism& split) {
  TRY(write_repos_conf(paths, plan.tree));
  for (const auto& [name, text] : package_files(plan.builder_portage, plan.image_portage)) {
    TRY(add_portage_file(paths.etc_portage(), name, text));
  }
  BuildVariables build{.mirrors = {}, .pkgdir = {}, .distdir = paths.distfiles.string(), .make_jobs = split.make_jobs};
  for (const auto& mirror : plan.mirrors) {
    build.mirrors += (build.mirrors.empty() ? "" : " ") + mirror;
  }
  TRY(base::make_directories(paths.distfiles));
  return add_portage_file(paths.etc_portage(), "make.conf",
                          make_conf_addition(plan.builder_portage.make_conf, plan.image_portage.make_conf, build));
}

base::Done set_pkgdir(const Paths& paths, const std::filesystem::path& pkgdir) {
  TRY(base::make_directories(pkgdir));
  return add_portage_file(paths.etc_portage(), "make.conf", "PKGDIR=" + quoted_value(pkgdir.string()) + "\n");
}

}  // namespace

Part<> configure(const Paths& paths, const api::Plan& plan, const Parallelism& split, const std::stop_token& stop) {
  if (auto tree = check_tree(paths, plan.tree); !tree) {
    return fail_part("configure", tree.error());
  }
  const auto profile = select_profile(paths, plan.tree, plan.profile);
  if (!profile) {
    const bool user = profile.error().code == "ProfileMissing";
    return user ? fail_part(api::FailureClass::InvalidConfiguration, "configure", profile.error().message)
                : fail_part("configure", profile.error());
  }
  if (auto written = write_files(paths, plan, split); !written) {
    return fail_part("configure", written.error());
  }
  const auto key = toolchain_key(paths, plan, *profile, stop);
  if (!key) {
    return std::unexpected(key.error());
  }
  if (auto written = set_pkgdir(paths, paths.binpkgs / *key); !written) {
    return fail_part("configure", written.error());
  }
  return {};
}

}  // namespace staves::portage
