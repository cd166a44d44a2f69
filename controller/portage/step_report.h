#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "api/step_result.h"
#include "base/handover.h"
#include "portage/merge_progress.h"

namespace staves::portage {

/// Collects what the emerge step has to say in the end.
class StepReport {
 public:
  /// Measures a part of the step while it lives.
  class Timing {
   public:
    Timing(StepReport& report, std::string name)
        : report_(&report), name_(std::move(name)), begin_(std::chrono::steady_clock::now()) {}
    Timing(Timing&& other) noexcept;
    Timing& operator=(Timing&& other) noexcept;
    ~Timing() { end(); }

   private:
    void end();

    StepReport* report_;
    std::string name_;
    std::chrono::steady_clock::time_point begin_;
  };

  Timing begin(std::string name) { return {*this, std::move(name)}; }

  void counts(const MergeProgress& progress, const std::vector<std::string>& despite_collisions,
              std::vector<api::BuildWarning> warnings);
  void toolchain(const api::Toolchain& toolchain);
  void cache(const api::CacheCensus& census);
  void succeeded(std::int64_t packages, std::int64_t source_date_epoch);
  /// The packages are those of the image that is there.
  void unchanged();
  void failed(api::Failure failure);
  /// What the finished root tells besides.
  void finished(const api::LeftOut& left_out, std::vector<api::LiveRevision> live, std::string packages_digest);
  /// Another step ended first.
  void stopped();
  bool is_stopped() const { return result_.outcome == api::Outcome::Stopped; }

  /// Writes the termination message and, when the directory is held, `done` as the last act. Gives the exit code.
  int leave(const std::filesystem::path& termination_log, const base::Handover* handover);

 private:
  api::StepResult result_;
  api::StepDone done_;
};

}  // namespace staves::portage
