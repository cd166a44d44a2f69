#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <stop_token>
#include <thread>
#include <vector>

#include "api/repository.h"
#include "base/result.h"

namespace staves::portage {

/// Waits until the step before has brought the ebuild tree and the overlays; gives the revisions of these.
/// Errors: StepFailed (retry: never) when it failed, stopped or died; Cancelled (never).
base::Result<std::vector<api::RepositoryRevision>> wait_for_sources(const std::filesystem::path& handover,
                                                                    std::stop_token stop);

/// Waits until there is a finished root. Errors: as wait_for_sources; Unchanged (never) when there is to be none.
base::Done wait_for_emerge(const std::filesystem::path& handover, std::stop_token stop);

/// Whether `publish` found that the registry has the image that may stay as it is (Plan::unless). What it has not said
/// within `patience` is no.
bool image_is_there(const std::filesystem::path& handover, const std::stop_token& stop,
                    std::chrono::milliseconds patience = std::chrono::seconds(10));

/// Watches the step after this one: when it ends early, nothing need be compiled any more.
class PublishWatch {
 public:
  /// `on_failure` is asked to stop once, on a thread of its own, when `publish` failed, stopped or died.
  PublishWatch(const std::filesystem::path& handover, std::stop_source on_failure);
  /// Whether it failed or died.
  bool failed() const { return failed_; }

 private:
  std::atomic<bool> failed_ = false;
  std::jthread thread_;
};

}  // namespace staves::portage
