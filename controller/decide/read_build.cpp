#include "decide/read_build.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "api/bounded_text.h"
#include "decide/kueue.h"
#include "decide/pod_reading.h"
#include "decide/read_failure.h"

namespace staves::decide {
namespace {

using api::BuildPod;
using api::Step;

constexpr std::size_t most_waiting_bytes = 512;
constexpr std::chrono::seconds patience_for_pod{15};
constexpr std::chrono::seconds patience_for_last_words{30};
constexpr std::array<std::pair<std::string_view, Step>, 4> step_containers{
    {{"sources", Step::Sources}, {"emerge", Step::Emerge}, {"test", Step::Test}, {"publish", Step::Publish}}};

std::vector<const BuildPod*> newest_first(const api::BuildJob& job, const BuildPods& pods) {
  std::vector<const BuildPod*> own;
  for (const auto& pod : pods) {
    if (pod->meta.owner_uid == job.meta.uid) own.push_back(pod.get());
  }
  std::ranges::sort(own, [](const BuildPod* a, const BuildPod* b) {
    return std::pair(b->meta.created, b->meta.name) < std::pair(a->meta.created, a->meta.name);
  });
  return own;
}

const api::PublishResult* published_by(const std::vector<StepReading>& steps) {
  const StepReading* publish = find_step(steps, "publish");
  const bool succeeded = publish != nullptr && publish->container->exit_code == api::exit_code::succeeded &&
                         publish->result && publish->result->outcome == api::Outcome::Succeeded;
  return succeeded && publish->result->publish ? &*publish->result->publish : nullptr;
}

/// The step that knows that the image stays. It runs nothing of the image, so it is believed.
const StepReading* unchanged_by(const std::vector<StepReading>& steps) {
  const StepReading* publish = find_step(steps, "publish");
  const bool unchanged = publish != nullptr && publish->container->exit_code == api::exit_code::succeeded &&
                         publish->result && publish->result->outcome == api::Outcome::Unchanged;
  return unchanged ? publish : nullptr;
}

bool ended_well(const BuildPod& pod) {
  const std::vector<StepReading> steps = read_steps(pod);
  return published_by(steps) != nullptr || unchanged_by(steps) != nullptr;
}

double seconds_between(base::TimePoint from, base::TimePoint to) {
  return static_cast<double>(std::max<std::int64_t>((to - from).count(), 0)) / 1000.0;
}

void read_times(base::TimePoint wanted_since, const std::vector<StepReading>& steps, api::BuildMetrics& metrics) {
  std::optional<base::TimePoint> first;
  for (const StepReading& step : steps) {
    const api::BuildContainer& container = *step.container;
    if (container.started && container.name != "tools")
      first = std::min(first.value_or(*container.started), *container.started);
    if (container.started && container.finished) {
      metrics.steps.emplace_back(container.name, seconds_between(*container.started, *container.finished));
    }
    if (!step.result) continue;
    for (const auto& [part, seconds] : step.result->timings)
      metrics.steps.emplace_back(container.name + "/" + part, seconds);
  }
  if (first) metrics.queue_seconds = static_cast<std::int64_t>(seconds_between(wanted_since, *first));
}

void read_results(const std::vector<StepReading>& steps, BuildReading& reading) {
  if (const StepReading* sources = find_step(steps, "sources"); sources != nullptr && sources->result) {
    reading.repositories = sources->result->repositories;
  }
  if (const StepReading* emerge = find_step(steps, "emerge"); emerge != nullptr && emerge->result) {
    reading.emerge = emerge->result->emerge;
  }
  if (const api::PublishResult* publish = published_by(steps)) {
    reading.publish = *publish;
    reading.published = find_step(steps, "publish")->container->finished;
  }
  if (reading.emerge) {
    reading.metrics.compiled_packages = reading.emerge->compiled;
    reading.metrics.cached_packages = reading.emerge->cached;
    reading.metrics.cache = reading.emerge->cache;
  }
  if (reading.publish) {
    reading.metrics.pushed_bytes = reading.publish->pushed_bytes;
    reading.metrics.reused_bytes = reading.publish->reused_bytes;
  }
}

/// The first step that runs; they start together, so those before it have ended.
Step running_step(const std::vector<StepReading>& steps) {
  Step last = Step::Pending;
  for (const auto& [name, step] : step_containers) {
    const StepReading* found = find_step(steps, name);
    if (found == nullptr) continue;
    if (found->container->exit_code) {
      last = step;
      continue;
    }
    return found->container->started || last != Step::Pending ? step : Step::Pending;
  }
  return last;
}

base::TimePoint end_of(const BuildPod& pod, base::TimePoint now) {
  std::optional<base::TimePoint> last;
  for (const api::BuildContainer& container : pod.containers) {
    if (container.finished) last = std::max(last.value_or(*container.finished), *container.finished);
  }
  return last.value_or(now);
}

/// One that has not started has not ended either: its end may only not have come into view.
bool has_ended(const BuildPod& pod) {
  if (pod.phase == "Succeeded" || pod.phase == "Failed") return true;
  return std::ranges::all_of(pod.containers,
                             [](const api::BuildContainer& container) { return container.exit_code.has_value(); });
}

/// The Job has ended and none of its pods is seen to have: its time ran out and they are being stopped. How it ended is
/// in what comes next.
bool awaits_last_words(const api::BuildJob& job, const std::vector<const BuildPod*>& pods, base::TimePoint now) {
  const auto ended = [](const BuildPod* pod) { return has_ended(*pod); };
  if (!pods.empty() && std::ranges::all_of(pods, ended)) return false;
  return job.ended_since && now - *job.ended_since < patience_for_last_words;
}

std::optional<Ending> ending_of(const api::BuildJob& job, const std::vector<const BuildPod*>& pods,
                                const BuildReading& reading, const api::StavesImage& image, base::TimePoint now) {
  if (reading.publish) return Ending{reading.published.value_or(now), std::nullopt};
  if (reading.unchanged) return Ending{*reading.unchanged, std::nullopt};
  const auto hopeless = std::ranges::find_if(pods, [](const BuildPod* pod) { return is_hopeless(*pod); });
  if (hopeless != pods.end()) return Ending{end_of(**hopeless, now), failure_of_pod(**hopeless)};
  if (awaits_last_words(job, pods, now)) return std::nullopt;
  if (job.has_failed) {
    const auto telling =
        std::ranges::find_if(pods, [](const BuildPod* pod) { return failure_of_pod(*pod).has_value(); });
    const BuildPod* pod = telling == pods.end() ? nullptr : *telling;
    return Ending{now, failure_of_job(job, pod, image)};
  }
  if (!job.complete) return std::nullopt;
  api::Failure lost;
  lost.message = "the Job " + job.meta.name + " is complete, but its pod went before its result was read";
  return Ending{now, std::move(lost)};
}

/// Longer than it takes to make one. The time that a Job spent suspended does not count.
bool lacks_pod(const api::BuildJob& job, base::TimePoint now) {
  if (!job.queue_name.empty() && !job.started) return false;
  return now - job.started.value_or(job.meta.created) >= patience_for_pod;
}

std::string waits_for(const BuildPod& pod) {
  if (const auto failure = failure_of_pod(pod)) {
    const std::string how(api::to_string(failure->failure_class));
    return api::at_most("the pod failed (" + how + ": " + failure->message + "); another one follows",
                        most_waiting_bytes);
  }
  if (pod.meta.deleting) return "the pod is being deleted; another one follows";
  return waiting_of(pod);
}

}  // namespace

BuildReading read_build(const api::BuildJob& job, const BuildPods& pods, const api::StavesImage& image,
                        base::TimePoint now) {
  const std::vector<const BuildPod*> own = newest_first(job, pods);
  const auto succeeded = std::ranges::find_if(own, [](const BuildPod* pod) { return ended_well(*pod); });
  const BuildPod* subject = succeeded != own.end() ? *succeeded : own.empty() ? nullptr : own.front();
  BuildReading reading;
  if (subject != nullptr) {
    const std::vector<StepReading> steps = read_steps(*subject);
    read_results(steps, reading);
    const StepReading* unchanged = unchanged_by(steps);
    const bool may_stay = image.status.build.only_if_packages_change;
    if (unchanged != nullptr && may_stay) reading.unchanged = unchanged->container->finished.value_or(now);
    read_times(image.status.build.queued_time.value_or(job.meta.created), steps, reading.metrics);
    // No other pod follows once the Job has given up.
    reading.waiting = job.has_failed ? "" : waits_for(*subject);
    const bool failed = !job.has_failed && (failure_of_pod(*subject).has_value() || subject->meta.deleting);
    reading.step = failed ? Step::Pending : running_step(steps);
  } else if (lacks_pod(job, now)) {
    reading.waiting = "the Job has no pod: the events of Job " + job.meta.name + " say why (a quota, for instance)";
  }
  if (job.suspended) {
    reading.step = Step::Queued;
    reading.waiting = kueue_sentence(job.queue_name);
  }
  reading.ending = ending_of(job, own, reading, image, now);
  return reading;
}

bool lacks_last_words(const api::BuildJob& job, const BuildPods& pods) {
  if (!job.complete && !job.has_failed) return false;
  return std::ranges::none_of(newest_first(job, pods), [](const BuildPod* pod) { return ended_well(*pod); });
}

}  // namespace staves::decide
