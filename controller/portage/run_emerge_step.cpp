#include "portage/run_emerge_step.h"

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <sched.h>

#include "api/plan.h"
#include "api/step_result.h"
#include "base/files.h"
#include "base/handover.h"
#include "base/log.h"
#include "portage/configuration.h"
#include "portage/elog_warnings.h"
#include "portage/emerge_run.h"
#include "portage/finish_root.h"
#include "portage/other_steps.h"
#include "portage/processors.h"
#include "portage/progress_watch.h"
#include "portage/root_layout.h"
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
    if (!finished && publish_.failed()) {
      report_.stopped();
    } else if (!finished && !report_.is_stopped()) {
      report_.failed(finished.error());
    } else if (finished) {
      report_.succeeded(finished->packages, finished->source_date_epoch);
    }
  }

 private:
  Part<FinishedRoot> build() {
    const auto plan = read_plan();
    if (!plan) return std::unexpected(plan.error());
    if (auto ready = wait(*plan); !ready) return std::unexpected(ready.error());
    const auto split = parallelism(read_share(paths_.cgroup, processors_online()));
    if (auto prepared = prepare(*plan, split); !prepared) return std::unexpected(prepared.error());
    if (auto merged = merge(plan->packages, split); !merged) return std::unexpected(merged.error());
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
    if (!plan.tree.fetch) return {};
    const auto part = report_.begin("wait");
    const auto sources = wait_for_sources(paths_.handover, stop_.get_token());
    if (sources) return {};
    if (sources.error().code == "StepFailed") report_.stopped();
    return fail_part("wait", sources.error());
  }

  Part<> prepare(const api::Plan& plan, const Parallelism& split) {
    const auto part = report_.begin("configure");
    if (auto done = configure(paths_, plan, split, stop_.get_token()); !done) return done;
    if (auto laid = lay_out_root(paths_.system, paths_.rootfs); !laid) return fail_part("configure", laid.error());
    return {};
  }

  Part<> merge(const std::vector<std::string>& packages, const Parallelism& split) {
    ProgressWatch watch(handover_, paths_.system / "run/portage");
    EmergeRun emerge(paths_, split, [&watch](const api::Progress& progress) { watch.update(progress); });
    Part<> merged;
    {
      const auto part = report_.begin("layout");
      merged = emerge.merge_layout(stop_.get_token());
    }
    if (merged) {
      const auto part = report_.begin("merge");
      merged = emerge.merge_packages(packages, stop_.get_token());
    }
    report_.counts(emerge.progress(), emerge.despite_collisions(), elog_warnings(paths_.elog()));
    return merged;
  }

  const Paths& paths_;
  std::stop_source stop_;
  const base::Handover& handover_;
  StepReport& report_;
  PublishWatch publish_;
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
