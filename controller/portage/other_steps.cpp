#include "portage/other_steps.h"

#include <string>

#include "api/step_result.h"
#include "base/handover.h"
#include "base/log.h"

namespace staves::portage {
namespace {

bool succeeded(const base::Result<base::StepSeen>& seen) {
  if (!seen || seen->state != base::StepState::Finished) {
    return false;
  }
  const auto done = api::parse_step_done(seen->done);
  return done && done->outcome == api::Outcome::Succeeded;
}

}  // namespace

base::Done wait_for_sources(const std::filesystem::path& handover, std::stop_token stop) {
  const auto seen = base::wait_for_step(handover / "sources", std::move(stop));
  if (!seen && seen.error().code == "Cancelled") {
    return base::fail(seen.error());
  }
  if (!succeeded(seen)) {
    const bool died = seen && seen->state == base::StepState::Died;
    return base::fail("StepFailed", died ? "the step sources died" : "the step sources did not succeed",
                      base::Retry::never());
  }
  return {};
}

PublishWatch::PublishWatch(const std::filesystem::path& handover, std::stop_source on_failure)
    : thread_([this, directory = handover / "publish", on_failure](const std::stop_token& stop) mutable {
        const auto seen = base::wait_for_step(directory, stop);
        if (stop.stop_requested() || succeeded(seen)) {
          return;
        }
        base::log_warning("the step publish ended early");
        failed_ = true;
        on_failure.request_stop();
      }) {}

}  // namespace staves::portage
