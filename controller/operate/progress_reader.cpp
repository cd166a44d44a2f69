#include "operate/progress_reader.h"

#include "base/log.h"

namespace staves::operate {

namespace {

constexpr std::chrono::minutes memory{2};
constexpr int most_log_bytes = 4096;

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
  if (is_new || now - known.scheduled >= interval) {
    known.scheduled = now;
    due_.push_back(pod);
    filled_.notify_one();
  }
  return known.progress;
}

bool ProgressReader::work_once(const std::stop_token& stop) {
  kube::ObjectKey pod;
  {
    const std::lock_guard lock(mutex_);
    if (due_.empty()) return false;
    pod = std::move(due_.front());
    due_.pop_front();
  }
  const auto log =
      cluster_.log_tail({.pod = pod, .container = "publish", .lines = 1, .max_bytes = most_log_bytes}, stop);
  if (!log) {
    base::log_debug("the progress of a build could not be read",
                    {{"pod", to_text(pod)}, {"code", log.error().code}, {"error", log.error().message}});
    return true;
  }
  auto progress = progress_in(*log);
  std::optional<WorkKey> asker;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = known_.find(pod);
    if (entry == known_.end() || !progress || entry->second.progress == progress) return true;
    entry->second.progress = std::move(progress);
    asker = entry->second.asker;
  }
  wake_(*asker);
  return true;
}

void ProgressReader::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (work_once(stop)) continue;
    std::unique_lock lock(mutex_);
    filled_.wait(lock, stop, [this] { return !due_.empty(); });
  }
}

std::size_t ProgressReader::size() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

void ProgressReader::forget_old(Moment now) {
  std::erase_if(known_,
                [&](const auto& entry) { return entry.second.asked != Moment{} && now - entry.second.asked > memory; });
}

}  // namespace staves::operate
