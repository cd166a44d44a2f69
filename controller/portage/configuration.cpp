#include "portage/configuration.h"

#include "base/files.h"
#include "portage/binary_index.h"
#include "portage/fetch_credentials.h"
#include "portage/gone_packages.h"
#include "portage/kept_configuration.h"
#include "portage/make_conf.h"
#include "portage/other_binaries.h"
#include "portage/overlays.h"
#include "portage/package_files.h"
#include "portage/repos_conf.h"
#include "portage/stage3_settings.h"
#include "portage/toolchain_key.h"
#include "portage/toolchain_of.h"
#include "portage/trusted_roots.h"

namespace staves::portage {
namespace {

base::Done write_files(const Paths& paths, const api::Plan& plan, const std::vector<Overlay>& overlays,
                       const Parallelism& split) {
  TRY(write_repos_conf(paths, plan.tree, overlays));
  if (const std::string hook = revisions_hook(overlays); !hook.empty()) {
    TRY(add_portage_file(paths.etc_portage(), "bashrc", hook));
  }
  TRY(use_ssh_secret(paths));
  TRY(trust_extra_roots(paths));
  for (const auto& [name, text] : package_files(plan.builder_portage, plan.image_portage)) {
    TRY(add_portage_file(paths.etc_portage(), name, text));
  }
  BuildVariables build{.mirrors = {},
                       .pkgdir = {},
                       .distdir = paths.distfiles.string(),
                       .make_jobs = split.make_jobs,
                       .documents = plan.target.keep.documents};
  for (const auto& mirror : plan.mirrors) {
    build.mirrors += (build.mirrors.empty() ? "" : " ") + mirror;
  }
  TRY(base::make_directories(paths.distfiles));
  return add_portage_file(
      paths.etc_portage(), "make.conf",
      make_conf_addition(plan.builder_portage.make_conf, plan.image_portage.make_conf, build) + netrc_lines(paths));
}

base::Done set_pkgdir(const Paths& paths, const std::filesystem::path& pkgdir) {
  TRY(base::make_directories(pkgdir));
  return add_portage_file(paths.etc_portage(), "make.conf", "PKGDIR=" + quoted_value(pkgdir.string()) + "\n");
}

}  // namespace

Part<Configured> configure(const Paths& paths, const api::Plan& plan, const Parallelism& split,
                           const std::vector<api::RepositoryRevision>& revisions, const std::stop_token& stop) {
  if (auto tree = check_tree(paths, plan.tree); !tree) {
    return fail_part("configure", tree.error());
  }
  if (plan.target.keep.portage_configuration) {
    if (auto copied = set_configuration_aside(paths, plan); !copied) return fail_part("configure", copied.error());
  }
  // What stands there from now on may be of the plan.
  const auto stage3 = stage3_settings(paths);
  const auto profile = select_profile(paths, plan.tree, plan.profile);
  if (!profile) {
    const bool user = profile.error().code == "ProfileMissing";
    return user ? fail_part(api::FailureClass::InvalidConfiguration, "configure", profile.error().message)
                : fail_part("configure", profile.error());
  }
  const auto overlays = locate_overlays(paths, plan, revisions);
  if (!overlays) {
    return std::unexpected(overlays.error());
  }
  if (auto written = write_files(paths, plan, *overlays, split); !written) {
    return fail_part("configure", written.error());
  }
  if (auto brought = sync_overlays(paths, *overlays, stop); !brought) {
    return std::unexpected(brought.error());
  }
  const auto known = toolchain_key(paths, plan, *profile, stage3,
                                   [&stop](const auto& arguments) { return ask_stage3(arguments, stop); });
  if (!known) {
    return std::unexpected(known.error());
  }
  if (auto written = set_pkgdir(paths, paths.binpkgs / known->key); !written) {
    return fail_part("configure", written.error());
  }
  return Configured{known->key, toolchain_of(paths.system, *known, *profile)};
}

Part<std::vector<std::string>> choose_binaries(const Paths& paths, const api::Plan& plan,
                                               const std::vector<api::RepositoryRevision>& revisions,
                                               const std::string& partition, const std::stop_token& stop) {
  const auto overlays = locate_overlays(paths, plan, revisions);
  if (!overlays) {
    return std::unexpected(overlays.error());
  }
  const auto pkgdir = paths.binpkgs / partition;
  const auto index = binary_index(pkgdir);
  if (!index) return {};  // the first build of this toolchain
  const auto tree = tree_name(paths, plan.tree);
  auto gone = gone_packages(paths, *index, tree, plan.tree.location, *overlays);
  if (auto masked = mask_other_binaries(paths, pkgdir, *index, *overlays, tree, gone.versions, stop); !masked) {
    return fail_part("configure", masked.error());
  }
  return std::move(gone.names);
}

}  // namespace staves::portage
