#include "portage/other_steps.h"

#include <string>

#include "api/step_result.h"
#include "base/files.h"
#include "base/handover.h"
#include "base/log.h"

namespace staves::portage {
namespace {

bool ended_as(api::Outcome outcome, const base::Result<base::StepSeen>& seen) {
  if (!seen || seen->state != base::StepState::Finished) {
    return false;
  }
  const auto done = api::parse_step_done(seen->done);
  return done && done->outcome == outcome;
}

/// What the step said when it ended.
base::Result<std::string> wait_for(const std::filesystem::path& handover, const std::string& step,
                                   std::stop_token stop) {
  auto seen = base::wait_for_step(handover / step, std::move(stop));
  if (!seen && seen.error().code == "Cancelled") {
    return base::fail(seen.error());
  }
  if (ended_as(api::Outcome::Unchanged, seen)) {
    return base::fail("Unchanged", "the step " + step + " found nothing to make", base::Retry::never());
  }
  if (!ended_as(api::Outcome::Succeeded, seen)) {
    const bool died = seen && seen->state == base::StepState::Died;
    return base::fail("StepFailed", "the step " + step + (died ? " died" : " did not succeed"), base::Retry::never());
  }
  return std::move(seen->done);
}

}  // namespace

base::Result<std::vector<api::RepositoryRevision>> wait_for_sources(const std::filesystem::path& handover,
                                                                    std::stop_token stop) {
  TRY_ASSIGN(const auto text, wait_for(handover, "sources", std::move(stop)));
  TRY_ASSIGN(auto done, api::parse_step_done(text));
  return std::move(done.repositories);
}

base::Done wait_for_emerge(const std::filesystem::path& handover, std::stop_token stop) {
  TRY(wait_for(handover, "emerge", std::move(stop)));
  return {};
}

bool image_is_there(const std::filesystem::path& handover, const std::stop_token& stop,
                    std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds pause{50};
  constexpr std::size_t most_bytes = 4096;
  const auto end = std::chrono::steady_clock::now() + patience;
  do {
    const auto text = base::read_file(handover / "publish/progress", most_bytes);
    if (const auto found = api::parse_publish_findings(text.value_or(""))) {
      return found->image_is_there;
    }
    std::this_thread::sleep_for(pause);
  } while (!stop.stop_requested() && std::chrono::steady_clock::now() < end);
  return false;
}

PublishWatch::PublishWatch(const std::filesystem::path& handover, std::stop_source on_failure)
    : thread_([this, directory = handover / "publish", on_failure](const std::stop_token& stop) mutable {
        const auto seen = base::wait_for_step(directory, stop);
        if (stop.stop_requested() || ended_as(api::Outcome::Succeeded, seen)) {
          return;
        }
        base::log_warning("the step publish ended early");
        // Told to stop, it is no cause: whoever told it tells this step as well.
        failed_ = !ended_as(api::Outcome::Stopped, seen);
        on_failure.request_stop();
      }) {}

}  // namespace staves::portage
