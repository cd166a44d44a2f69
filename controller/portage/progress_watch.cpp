#include "portage/progress_watch.h"

#include <chrono>
#include <condition_variable>

#include "base/files.h"
#include "base/json.h"
#include "nlohmann/json.hpp"

namespace staves::portage {
namespace {

constexpr std::chrono::seconds pause{1};

std::string text_of(const base::Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string current_task(std::string_view snapshot) {
  const auto json = base::parse_json(snapshot, {.bytes = 1U << 20U, .depth = 8});
  if (!json || !json->is_object() || text_of(*json, "type") != "snapshot" || !json->contains("tasks") ||
      !(*json)["tasks"].is_array()) {
    return {};
  }
  std::string longest;
  double longest_seconds = -1;
  for (const auto& task : (*json)["tasks"]) {
    if (!task.is_object() || text_of(task, "cpv").empty()) {
      continue;
    }
    const double seconds = task.contains("elapsed") && task["elapsed"].is_number() ? task["elapsed"].get<double>() : 0;
    if (seconds > longest_seconds) {
      // While a package is merged its phase is the last one of its build.
      const auto phase = text_of(task, "kind") == "merge" ? std::string("merge") : text_of(task, "phase");
      longest = text_of(task, "cpv") + (phase.empty() ? "" : " (" + phase + ")");
      longest_seconds = seconds;
    }
  }
  return longest;
}

ProgressWatch::ProgressWatch(const base::Handover& handover, std::filesystem::path run_portage)
    : handover_(handover),
      run_portage_(std::move(run_portage)),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

ProgressWatch::~ProgressWatch() {
  thread_.request_stop();
  thread_.join();
  write();
}

void ProgressWatch::update(api::Progress progress) {
  const std::lock_guard lock(mutex_);
  progress_ = std::move(progress);
}

void ProgressWatch::watch(const std::stop_token& stop) {
  std::mutex sleeping;
  std::condition_variable_any tick;
  std::unique_lock lock(sleeping);
  while (!stop.stop_requested()) {
    write();
    tick.wait_for(lock, stop, pause, [] { return false; });
  }
}

std::string ProgressWatch::task() const {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(run_portage_, failed)) {
    if (entry.path().extension() == ".json") {
      if (const auto text = base::read_file(entry.path(), 1U << 20U)) {
        return current_task(*text);
      }
    }
  }
  return {};
}

void ProgressWatch::write() {
  api::Progress progress;
  {
    const std::lock_guard lock(mutex_);
    progress = progress_;
  }
  if (auto running = task(); !running.empty() && progress.done < progress.total) {
    progress.current = std::move(running);
  }
  progress.current.resize(std::min<std::size_t>(progress.current.size(), 256));
  const auto text = api::to_json(progress);
  // A full disk shows itself where it hurts; the progress is only a courtesy.
  if (progress.total > 0 && text != written_ && handover_.write_progress(text)) {
    written_ = text;
  }
}

}  // namespace staves::portage
