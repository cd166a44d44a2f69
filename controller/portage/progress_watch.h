#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "api/step_result.h"
#include "base/handover.h"

namespace staves::portage {

/// The package and phase in a snapshot that Portage leaves in /run/portage (FEATURES=observability, Portage 3.0.82 and
/// later): "sys-libs/ncurses-6.5 (compile)" of the task that runs longest. Empty when the text is no such snapshot or
/// nothing runs.
std::string current_task(std::string_view snapshot);

/// Writes `progress` of the step at most once a second and only when it changed, with the phase where Portage tells it.
class ProgressWatch {
 public:
  /// `run_portage` is where Portage leaves its snapshots.
  ProgressWatch(const base::Handover& handover, std::filesystem::path run_portage);
  /// Writes what is left to say.
  ~ProgressWatch();
  ProgressWatch(const ProgressWatch&) = delete;
  ProgressWatch& operator=(const ProgressWatch&) = delete;

  void update(api::Progress progress);

 private:
  void watch(const std::stop_token& stop);
  void write();
  std::string task() const;

  const base::Handover& handover_;
  std::filesystem::path run_portage_;
  std::mutex mutex_;
  api::Progress progress_;
  std::string written_;
  std::jthread thread_;
};

}  // namespace staves::portage
