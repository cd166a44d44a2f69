#include "oci/publish_step.h"

#include <algorithm>
#include <optional>
#include <stop_token>
#include <thread>

#include "api/plan.h"
#include "api/step_result.h"
#include "base/handover.h"
#include "base/log.h"
#include "oci/mounted_plan.h"
#include "oci/publish_image.h"
#include "oci/push_secret.h"
#include "oci/step_ending.h"
#include "oci/stopwatch.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

/// Tries the credentials while the packages are compiled, and stops the wait when they are refused.
class EarlyCheck {
 public:
  /// `look` follows where the credentials are taken.
  EarlyCheck(Registry& registry, const Reference& repository, const std::stop_token& outer,
             std::function<void(const std::stop_token&)> look)
      : stop_outer_(outer, [this] { stop_.request_stop(); }),
        thread_([this, &registry, &repository, look = std::move(look)] {
          auto checked = registry.check_push(repository, stop_.get_token());
          if (checked) return look(stop_.get_token());
          if (checked.error().code == "Cancelled") return;
          if (checked.error().retry.what == base::RetryClass::Soon) {
            base::log_warning("the registry does not answer yet", {{"error", checked.error().message}});
            return;
          }
          error_ = std::move(checked).error();
          stop_.request_stop();
        }) {}

  ~EarlyCheck() { stop_.request_stop(); }

  /// Asked to stop from outside, or because the credentials are no good.
  std::stop_token token() const { return stop_.get_token(); }

  /// Ends the check; its error if it had one that only the user can mend.
  Done finish() {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
    if (error_) return fail(*error_);
    return {};
  }

 private:
  std::stop_source stop_;
  std::optional<base::Error> error_;  ///< written by the thread, read after it was joined
  std::stop_callback<std::function<void()>> stop_outer_;
  std::jthread thread_;
};

/// Whether every tag stands for the image.
bool is_there(Registry& registry, const Reference& repository, const std::vector<std::string>& tags,
              const std::string& digest, const std::stop_token& stop) {
  return std::ranges::all_of(tags, [&](const std::string& tag) {
    Reference tagged = repository;
    tagged.tag = tag;
    const auto found = registry.resolve_digest(tagged, stop);
    return found && *found == digest;
  });
}

/// Prints what can be read as progress: the text comes from a container that runs foreign code.
void relay(std::string_view progress, const std::function<void(std::string_view)>& print) {
  if (const auto parsed = api::parse_progress(progress)) print(api::to_json(*parsed));
}

/// What `emerge` left, or Cancelled when it had no success: then its own result tells why.
Result<api::StepDone> wait_for_emerge(const PublishPlaces& places, const std::stop_token& stop,
                                      const std::function<void(std::string_view)>& print) {
  TRY_ASSIGN(const auto seen, base::wait_for_step(places.handover / "emerge", stop,
                                                  [&](std::string_view progress) { relay(progress, print); }));
  if (seen.state == base::StepState::Finished) {
    TRY_ASSIGN(auto done, api::parse_step_done(seen.done));
    if (done.outcome == api::Outcome::Succeeded || done.outcome == api::Outcome::Unchanged) return done;
  }
  return fail("Cancelled", "emerge had no success", Retry::never());
}

/// Nothing is pushed that fails its own test.
Done wait_for_test(const PublishPlaces& places, const std::stop_token& stop) {
  TRY_ASSIGN(const auto seen, base::wait_for_step(places.handover / "test", stop));
  if (seen.state == base::StepState::Finished) {
    TRY_ASSIGN(const auto done, api::parse_step_done(seen.done));
    if (done.outcome == api::Outcome::Succeeded) return {};
  }
  return fail("Cancelled", "the image's own test had no success", Retry::never());
}

class PublishStep {
 public:
  PublishStep(const PublishPlaces& places, const base::Handover& handover, RegistryOptions options,
              const std::function<void(std::string_view)>& print, std::stop_token stop)
      : places_(places), handover_(handover), options_(std::move(options)), print_(print), stop_(std::move(stop)) {}

  api::StepResult run() {
    api::StepResult result;
    auto published = publish(result.timings);
    if (!published) {
      auto timings = std::move(result.timings);
      result = result_of(published.error(), Direction::Push);
      result.timings = std::move(timings);
      return result;
    }
    result.outcome = *published ? api::Outcome::Succeeded : api::Outcome::Unchanged;
    result.publish = *std::move(published);
    return result;
  }

 private:
  /// Nothing when the image that is there stays.
  Result<std::optional<api::PublishResult>> publish(Timings& timings) {
    Stopwatch watch(timings);
    TRY_ASSIGN(const auto plan, read_mounted_plan(places_.plan));
    TRY_ASSIGN(const auto repository, parse_repository(plan.target.repository));
    TRY_ASSIGN(auto credentials, read_push_secret(places_.push_secret, plan.push_secret));
    Registry registry(with_insecure(options_, plan.insecure_registries), std::move(credentials));
    EarlyCheck check(registry, repository, stop_,
                     [&](const std::stop_token& stop) { look_for_image(registry, repository, plan, stop); });
    auto done = wait_for_emerge(places_, check.token(), print_);
    TRY(check.finish());
    watch.lap("wait");
    if (!done) return fail(std::move(done).error());
    if (done->outcome == api::Outcome::Unchanged) {
      if (!found_.image_is_there)
        return fail("Unasked", "emerge made no root, and there is no image that may stay", Retry::never());
      return std::nullopt;
    }
    if (!plan.test.command.empty()) {
      TRY(wait_for_test(places_, stop_));
      watch.lap("test");
    }
    return publish_image(
        registry, {places_.root, places_.scratch, done->source_date_epoch, plan.target, plan.platform, plan.config},
        timings, stop_);
  }

  /// Tells `emerge` whether there is an image that may stay.
  void look_for_image(Registry& registry, const Reference& repository, const api::Plan& plan,
                      const std::stop_token& stop) {
    if (plan.unless.packages.empty()) return;
    found_.image_is_there = is_there(registry, repository, plan.target.tags, plan.unless.image, stop);
    if (!found_.image_is_there)
      base::log_info("a tag stands for another image than the one that was pushed, or for none, so one is made");
    if (const auto told = handover_.write_progress(api::to_json(found_)); !told) {
      base::log_warning("emerge could not be told of the image", {{"error", told.error().message}});
    }
  }

  const PublishPlaces& places_;
  const base::Handover& handover_;
  api::PublishFindings found_;  ///< written by the thread of the early check, read after its end
  RegistryOptions options_;
  const std::function<void(std::string_view)>& print_;
  std::stop_token stop_;
};

}  // namespace

int run_publish_step(const PublishPlaces& places, RegistryOptions options,
                     const std::function<void(std::string_view)>& print, std::stop_token stop) {
  const auto handover = base::Handover::take(places.handover / "publish");
  if (!handover) return end_step(result_of(handover.error(), Direction::Push), nullptr, places.termination_message);
  const auto result = PublishStep(places, *handover, std::move(options), print, std::move(stop)).run();
  return end_step(result, &*handover, places.termination_message);
}

}  // namespace staves::oci
