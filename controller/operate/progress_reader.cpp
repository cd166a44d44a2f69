#include "operate/progress_reader.h"

#include "base/log.h"

namespace staves::operate {

namespace {

constexpr std::chrono::minutes memory{2};
constexpr int most_log_bytes = 4096;
constexpr int most_doublings = 8;

/// The last line that is JSON of the right kind; a line may have been cut at its front by the server.
std::optional<api::Progress> progress_in(std::string_view log) {
  while (!log.empty() && log.back() == '\n') log.remove_suffix(1);
  const auto newline = log.rfind('\n');
  auto progress = api::parse_progress(newline == std::string_view::npos ? log : log.substr(newline + 1));
  if (!progress) return std::nullopt;
  return *std::move(progress);
}

}  // namespace

ProgressReader::ProgressReader(kube::Cluster& cluster, std::shared_ptr<const base::Clock> clock, Wake wake)
    : cluster_(cluster), clock_(std::move(clock)), wake_(std::move(wake)) {}

std::optional<api::Progress> ProgressReader::latest(const kube::ObjectKey& pod, const WorkKey& asker) {
  const std::lock_guard lock(mutex_);
  const Moment now = clock_->steady_now();
  const auto [entry, is_new] = known_.try_emplace(pod);
  if (is_new) forget_old(now);
  Known& known = entry->second;
  known.asked = now;
  known.asker = asker;
  if (!known.queued && now >= known.due) {
    known.queued = true;
    (known.failures > 0 ? doubtful_ : due_).push_back(pod);
    filled_.notify_one();
  }
  return known.progress;
}

std::optional<kube::ObjectKey> ProgressReader::next() {
  const std::lock_guard lock(mutex_);
  auto& queue = due_.empty() ? doubtful_ : due_;
  if (queue.empty()) return std::nullopt;
  auto pod = std::move(queue.front());
  queue.pop_front();
  // From here on, not from the end of the read: that may have taken long.
  known_.at(pod).due = clock_->steady_now() + interval;
  return pod;
}

std::optional<WorkKey> ProgressReader::note(const kube::ObjectKey& pod, const base::Result<std::string>& log) {
  auto progress = log ? progress_in(*log) : std::nullopt;
  const std::lock_guard lock(mutex_);
  Known& known = known_.at(pod);
  known.queued = false;
  if (!log) {
    known.failures = std::min(known.failures + 1, most_doublings);
    const auto doubled = interval * (1U << static_cast<unsigned>(known.failures));
    known.due = clock_->steady_now() + std::min<std::chrono::seconds>(doubled, longest_interval);
    return std::nullopt;
  }
  known.failures = 0;
  if (!progress || known.progress == progress) return std::nullopt;
  known.progress = std::move(progress);
  return known.asker;
}

bool ProgressReader::work_once(const std::stop_token& stop) {
  const auto pod = next();
  if (!pod) return false;
  const auto log =
      cluster_.log_tail({.pod = *pod, .container = "publish", .lines = 1, .max_bytes = most_log_bytes}, stop);
  if (!log) {
    base::log_debug("the progress of a build could not be read",
                    {{"pod", to_text(*pod)}, {"code", log.error().code}, {"error", log.error().message}});
  }
  if (const auto asker = note(*pod, log)) wake_(*asker);
  return true;
}

void ProgressReader::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (work_once(stop)) continue;
    std::unique_lock lock(mutex_);
    filled_.wait(lock, stop, [this] { return !due_.empty() || !doubtful_.empty(); });
  }
}

std::size_t ProgressReader::size() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

void ProgressReader::forget_old(Moment now) {
  std::erase_if(known_, [&](const auto& entry) {
    const Known& known = entry.second;
    return !known.queued && known.asked != Moment{} && now - known.asked > memory;
  });
}

}  // namespace staves::operate
