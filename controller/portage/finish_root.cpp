#include "portage/finish_root.h"

#include "base/log.h"
#include "portage/accounts.h"
#include "portage/clean_up.h"
#include "portage/image_locale.h"
#include "portage/kept_configuration.h"
#include "portage/left_out.h"
#include "portage/linker_cache.h"
#include "portage/live_revisions.h"
#include "portage/locale_default.h"
#include "portage/package_database.h"
#include "portage/package_names.h"
#include "portage/package_set.h"
#include "portage/settled_times.h"
#include "portage/toolchain_libraries.h"

namespace staves::portage {
namespace {

Part<> check_packages(const InstalledPackages& installed, const std::vector<std::string>& atoms) {
  for (const auto& atom : atoms) {
    const auto name = package_name(atom);
    if (!name.empty() && !installed.has(name)) {
      auto failure =
          fail_part(api::FailureClass::Internal, "merge", "emerge ended well, but " + name + " is not in the image");
      failure.error().package = atom;
      return failure;
    }
  }
  return {};
}

Part<> check_configuration(const std::filesystem::path& rootfs) {
  const auto undecided = undecided_configuration(rootfs);
  if (undecided.empty()) {
    return {};
  }
  return fail_part(api::FailureClass::FileCollision, "merge",
                   "two packages bring a configuration file that differs: " + undecided.front());
}

/// What the loader of programs needs.
Part<> complete_libraries(const Paths& paths, const api::Plan& plan) {
  const auto& wanted = plan.toolchain_libraries;
  if (auto written = ensure_linker_configuration(paths.rootfs); !written) {
    return fail_part("libraries", written.error());
  }
  ImageLibraries libraries(paths.rootfs);
  const auto added = add_toolchain_libraries(libraries, paths.rootfs, wanted, ask_compiler());
  if (!added) {
    return std::unexpected(added.error());
  }
  for (const auto& soname : *added) {
    base::log_info("added a library of the compiler", {{"soname", soname}});
  }
  if (auto whole = check_libraries(libraries, wanted.mode); !whole) {
    // The message begins with the file.
    whole.error().package =
        owner_of(paths.database(), whole.error().message.substr(0, whole.error().message.find(' ')));
    return whole;
  }
  if (!libraries.has_glibc()) {
    return {};
  }
  const auto locale = ensure_default_locale(paths.system, paths.rootfs);
  if (!locale) {
    return fail_part("libraries", locale.error());
  }
  if (!*locale) {
    base::log_warning("the stage3 has no locale C.UTF-8 to give to the image");
  }
  if (auto made = make_locale(paths.rootfs, plan.locale); !made) {
    return made;
  }
  if (auto cache = write_linker_cache(paths.rootfs); !cache) {
    return fail_part("libraries", cache.error());
  }
  return {};
}

base::Done settle(const Paths& paths, const api::Plan& plan, const InstalledPackages& installed, api::LeftOut& out) {
  const auto epoch = installed.newest_build_time;
  const PackageTimes times(paths.rootfs);
  TRY(settle_accounts(paths.rootfs, epoch));
  TRY(clean_up_root(paths.rootfs));
  TRY(leave_out(paths.rootfs, installed, plan.target.keep, plan.locale, out));
  if (plan.target.keep.portage_configuration) TRY(keep_configuration(paths));
  TRY(forget_absent_files(paths.database(), paths.rootfs));
  TRY(reduce_package_database(paths.database(), plan.target.package_database, epoch));
  return times.settle_others(epoch);
}

}  // namespace

Part<FinishedRoot> finish_root(const Paths& paths, const api::Plan& plan) {
  const auto installed = installed_packages(paths.database());
  if (auto whole = check_packages(installed, plan.packages); !whole) {
    return std::unexpected(whole.error());
  }
  if (auto accounts = check_accounts(paths.rootfs); !accounts) {
    return fail_part("merge", accounts.error());
  }
  if (auto decided = check_configuration(paths.rootfs); !decided) {
    return std::unexpected(decided.error());
  }
  if (auto complete = complete_libraries(paths, plan); !complete) {
    return std::unexpected(complete.error());
  }
  FinishedRoot finished{.packages = static_cast<std::int64_t>(installed.cpvs.size()),
                        .source_date_epoch = installed.newest_build_time,
                        .left_out = {},
                        .live = live_revisions(paths.database(), installed),
                        .packages_digest = package_set_digest(paths.database())};
  if (auto settled = settle(paths, plan, installed, finished.left_out); !settled) {
    return fail_part("finish", settled.error());
  }
  return finished;
}

}  // namespace staves::portage
