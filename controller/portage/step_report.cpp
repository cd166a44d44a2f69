#include "portage/step_report.h"

#include <algorithm>
#include <fstream>
#include <iostream>

#include "base/log.h"

namespace staves::portage {

StepReport::Timing::Timing(Timing&& other) noexcept
    : report_(std::exchange(other.report_, nullptr)), name_(std::move(other.name_)), begin_(other.begin_) {}

StepReport::Timing& StepReport::Timing::operator=(Timing&& other) noexcept {
  end();
  report_ = std::exchange(other.report_, nullptr);
  name_ = std::move(other.name_);
  begin_ = other.begin_;
  return *this;
}

void StepReport::Timing::end() {
  if (report_ != nullptr) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin_;
    report_->result_.timings.emplace_back(name_, seconds.count());
    report_ = nullptr;
  }
}

void StepReport::counts(const MergeProgress& progress, const std::vector<std::string>& despite_collisions,
                        std::vector<api::BuildWarning> warnings) {
  api::EmergeResult emerge;
  emerge.compiled = static_cast<std::int64_t>(progress.compiled().size());
  emerge.cached = progress.from_cache();
  emerge.compiled_names = progress.compiled();
  emerge.warnings = std::move(warnings);
  for (const auto& package : despite_collisions) {
    const auto same = [&](const api::BuildWarning& warning) {
      return warning.package == package && warning.message.find("collision") != std::string::npos;
    };
    if (std::ranges::none_of(emerge.warnings, same)) {
      emerge.warnings.push_back({package, "merge", "merged despite file collisions"});
    }
  }
  result_.emerge = std::move(emerge);
}

void StepReport::toolchain(const api::Toolchain& toolchain) {
  if (result_.emerge) {
    result_.emerge->toolchain = toolchain;
  }
}

void StepReport::cache(const api::CacheCensus& census) {
  if (result_.emerge) {
    result_.emerge->cache = census;
  }
}

void StepReport::succeeded(std::int64_t packages, std::int64_t source_date_epoch) {
  result_.outcome = api::Outcome::Succeeded;
  result_.failure.reset();
  if (result_.emerge) {
    result_.emerge->packages = packages;
  }
  done_ = {api::Outcome::Succeeded, source_date_epoch, packages};
}

void StepReport::unchanged() {
  result_.outcome = api::Outcome::Unchanged;
  result_.failure.reset();
  done_ = {api::Outcome::Unchanged, 0, 0};
}

void StepReport::finished(const api::LeftOut& left_out, std::vector<api::LiveRevision> live,
                          std::string packages_digest) {
  if (result_.emerge) {
    result_.emerge->packages_digest = std::move(packages_digest);
    result_.emerge->left_out = left_out;
    result_.emerge->live = std::move(live);
  }
}

void StepReport::failed(api::Failure failure) {
  result_.outcome = api::Outcome::Failed;
  result_.failure = std::move(failure);
  // The failure itself says what the warnings would only repeat.
  if (result_.emerge) {
    result_.emerge->warnings.clear();
  }
  done_ = {api::Outcome::Failed, 0, 0};
}

void StepReport::stopped() {
  result_.outcome = api::Outcome::Stopped;
  result_.failure.reset();
  done_ = {api::Outcome::Stopped, 0, 0};
}

int StepReport::leave(const std::filesystem::path& termination_log, const base::Handover* handover) {
  if (result_.outcome == api::Outcome::Failed && !result_.failure) {
    result_.failure = api::Failure{};
  }
  if (result_.failure) {
    base::log_error("the build failed", {{"class", std::string(api::to_string(result_.failure->failure_class))},
                                         {"package", result_.failure->package},
                                         {"phase", result_.failure->phase},
                                         {"reason", result_.failure->message}});
  }
  std::cout << std::flush;
  // Kubernetes mounts this file: it can be written, not replaced.
  std::ofstream log(termination_log, std::ios::binary | std::ios::trunc);
  log << api::to_json(result_) << std::flush;
  if (!log) {
    base::log_error("the termination message cannot be written", {{"path", termination_log.string()}});
  }
  if (handover != nullptr) {
    if (const auto written = handover->write_done(api::to_json(done_)); !written) {
      base::log_error("the handover cannot be written", {{"reason", written.error().message}});
    }
  }
  return api::exit_code_of(result_);
}

}  // namespace staves::portage
