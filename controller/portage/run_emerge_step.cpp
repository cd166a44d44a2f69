#include "portage/run_emerge_step.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <sched.h>

#include "api/plan.h"
#include "api/step_result.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/handover.h"
#include "base/log.h"
#include "portage/binary_index.h"
#include "portage/cache_lease.h"
#include "portage/cache_pruning.h"
#include "portage/configuration.h"
#include "portage/elog_warnings.h"
#include "portage/emerge_run.h"
#include "portage/enter_root.h"
#include "portage/finish_root.h"
#include "portage/image_locale.h"
#include "portage/other_steps.h"
#include "portage/package_set.h"
#include "portage/processors.h"
#include "portage/progress_watch.h"
#include "portage/repos_conf.h"
#include "portage/root_layout.h"
#include "portage/stage3_packages.h"
#include "portage/step_report.h"

namespace staves::portage {
namespace {

int processors_online() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

class EmergeStep {
 public:
  EmergeStep(const Paths& paths, std::stop_source stop, const base::Handover& handover, StepReport& report)
      : paths_(paths), stop_(std::move(stop)), handover_(handover), report_(report), publish_(paths.handover, stop_) {}

  void run() {
    auto finished = build();
    prune();
    if (!finished && publish_.failed()) {
      report_.stopped();
    } else if (!finished && !report_.is_stopped()) {
      report_.failed(finished.error());
    } else if (finished && is_unchanged_) {
      report_.unchanged();
    } else if (finished) {
      report_.succeeded(finished->packages, finished->source_date_epoch);
      report_.finished(finished->left_out, std::move(finished->live), std::move(finished->packages_digest));
    }
  }

 private:
  Part<FinishedRoot> build() {
    const auto plan = read_plan();
    if (!plan) return std::unexpected(plan.error());
    cache_max_bytes_ = plan->cache_max_bytes;
    if (auto ready = wait(*plan); !ready) return std::unexpected(ready.error());
    const auto split = parallelism(read_share(paths_.cgroup, processors_online()));
    if (auto prepared = prepare(*plan, split); !prepared) return std::unexpected(prepared.error());
    if (auto merged = merge(*plan, split); !merged) return std::unexpected(merged.error());
    if (is_unchanged_) return FinishedRoot{};
    const auto part = report_.begin("finish");
    return finish_root(paths_, *plan);
  }

  Part<api::Plan> read_plan() {
    const auto text = base::read_mounted_file(paths_.plan);
    if (!text) return fail_part("plan", text.error());
    auto plan = api::parse_plan(*text);
    if (!plan) return fail_part("plan", plan.error());
    for (const auto& atom : plan->packages) {
      if (atom.starts_with('-'))
        return fail_part(api::FailureClass::InvalidConfiguration, "plan", "'" + atom + "' is not a valid package atom");
    }
    return *std::move(plan);
  }

  Part<> wait(const api::Plan& plan) {
    const bool waits = plan.tree.fetch || std::ranges::any_of(plan.repositories, [](const auto& one) {
                         return one.type == api::RepositoryType::Git;
                       });
    if (!waits) return {};
    const auto part = report_.begin("wait");
    auto sources = wait_for_sources(paths_.handover, stop_.get_token());
    if (sources) {
      revisions_ = *std::move(sources);
      // As long as this is held nobody removes the tree from the volume.
      if (plan.tree.fetch) tree_ = base::FileLock::try_share_existing(plan.tree.location + ".lock");
      return {};
    }
    if (sources.error().code == "StepFailed") report_.stopped();
    return fail_part("wait", sources.error());
  }

  Part<> prepare(const api::Plan& plan, const Parallelism& split) {
    const auto part = report_.begin("configure");
    if (auto possible = check_locale(paths_.system, plan.locale); !possible) return possible;
    const auto configured = configure(paths_, plan, split, revisions_, stop_.get_token());
    if (!configured) return std::unexpected(configured.error());
    toolchain_ = configured->toolchain;
    auto lease = CacheLease::begin(cache_, configured->partition, stop_.get_token());
    if (!lease) return std::unexpected(lease.error());
    lease_ = *std::move(lease);
    pkgdir_ = cache_.binpkgs / configured->partition;
    // After the lease, which mends the index that this reads.
    auto gone = choose_binaries(paths_, plan, revisions_, configured->partition, stop_.get_token());
    if (!gone) return std::unexpected(gone.error());
    gone_ = *std::move(gone);
    if (auto laid = lay_out_root(paths_.system, paths_.rootfs); !laid) return fail_part("configure", laid.error());
    if (!plan.test.command.empty()) {
      if (auto made = make_mount_points(paths_.rootfs); !made) return fail_part("configure", made.error());
    }
    return {};
  }

  /// After a failure as well: a full volume may be what it failed of.
  void prune() {
    if (!lease_) return;
    lease_.reset();
    if (stop_.stop_requested()) return;
    const auto part = report_.begin("cache");
    report_.cache(prune_cache(cache_, cache_max_bytes_, stop_.get_token()));
  }

  Part<> merge(const api::Plan& plan, const Parallelism& split) {
    ProgressWatch watch(handover_, paths_.system / "run/portage");
    EmergeRun emerge(paths_, split, *lease_, gone_,
                     [&watch](const api::Progress& progress) { watch.update(progress); });
    Part<> merged;
    {
      const auto part = report_.begin("layout");
      merged = emerge.merge_layout(stop_.get_token());
    }
    if (merged) {
      const auto part = report_.begin("merge");
      const auto tree = builds_as_the_stage3(plan) ? std::optional(tree_name(paths_, plan.tree)) : std::nullopt;
      merged = emerge.merge_packages(plan.packages, tree, is_enough(plan), stop_.get_token());
      is_unchanged_ = emerge.was_enough();
    }
    report_.counts(emerge.progress(), emerge.despite_collisions(), elog_warnings(paths_.elog()));
    report_.toolchain(toolchain_);
    return merged;
  }

  /// Whether the packages are those of which no image is to be made again; empty when one is to be made anyway.
  EmergeRun::IsEnough is_enough(const api::Plan& plan) const {
    if (plan.unless.packages.empty()) return {};
    return [this, &plan](const std::vector<PlannedMerge>& list) {
      const auto index = binary_index(pkgdir_);
      const bool same = index && package_set_digest(paths_.database(), list, *index) == plan.unless.packages;
      return same && image_is_there(paths_.handover, stop_.get_token());
    };
  }

  const Paths& paths_;
  CachePlaces cache_{paths_.binpkgs, paths_.distfiles};
  std::optional<CacheLease> lease_;
  std::vector<std::string> gone_;  ///< packages of which no binary package may be taken
  std::filesystem::path pkgdir_;
  bool is_unchanged_ = false;
  std::int64_t cache_max_bytes_ = 0;
  std::optional<base::FileLock> tree_;
  std::stop_source stop_;
  const base::Handover& handover_;
  StepReport& report_;
  PublishWatch publish_;
  std::vector<api::RepositoryRevision> revisions_;
  api::Toolchain toolchain_;
};

}  // namespace

int run_emerge_step(const Paths& paths, std::stop_source stop) {
  StepReport report;
  const auto handover = base::Handover::take(paths.handover / "emerge");
  if (!handover) {
    report.failed(fail_part("handover", handover.error()).error());
    return report.leave(paths.termination_log, nullptr);
  }
  try {
    EmergeStep(paths, std::move(stop), *handover, report).run();
  } catch (const std::exception& thrown) {
    report.failed({api::FailureClass::Internal, "", "", std::string("the emerge step broke: ") + thrown.what(), ""});
  }
  return report.leave(paths.termination_log, &*handover);
}

}  // namespace staves::portage
