#include <algorithm>
#include <map>

#include "api/build_job.h"
#include "api/stavesimage.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/find_object.h"
#include "command/pod_log.h"
#include "command/words.h"
#include "decide/image_status.h"
#include "decide/labels.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"

namespace staves::command {

namespace {

using base::Json;

constexpr std::chrono::seconds between_looks{1};

/// A build's Job and its newest pod, as they are now.
struct Scene {
  std::optional<api::BuildJob> job;
  std::optional<api::BuildPod> pod;
  bool build_ended = false;
  std::string waiting;
};

class LogReader {
 public:
  LogReader(const Setting& setting, const Options& options, std::int64_t number)
      : setting_(setting), options_(options), number_(number) {}

  base::Result<int> read() {
    while (true) {
      TRY_ASSIGN(const Scene scene, look());
      const bool ended = scene.build_ended;
      bool read_some = false;
      if (scene.pod) {
        TRY_ASSIGN(read_some, read_pod(*scene.pod));
      }
      if (!options_.follow || (ended && !read_some)) return end(scene);
      if (!read_some && !setting_.sleep(between_looks, setting_.stop)) return exit_code::stopped;
      if (setting_.stop.stop_requested()) return exit_code::stopped;
    }
  }

 private:
  base::Result<Scene> look() {
    const auto images = operate::resource_type(api::stavesimage_kind());
    TRY_ASSIGN(const Json object, find_object(setting_, images, options_.name));
    TRY_ASSIGN(const auto image, api::parse_stavesimage(object));
    Scene scene;
    const api::BuildStatus& build = image.status.build;
    scene.build_ended = build.number != number_ || build.completion_time.has_value();
    scene.waiting = build.number == number_ ? build.waiting : "";
    TRY(list(api::job_kind(), [&](const Json& one) {
      auto job = api::parse_build_job(one);
      const bool is_it = job && job->meta.owner_uid == image.meta.uid && job->number == number_;
      // An attempt whose Job was lost has another one.
      if (is_it && (!scene.job || scene.job->meta.created <= job->meta.created)) scene.job = *std::move(job);
    }));
    if (!scene.job) return scene;
    TRY(list(api::pod_kind(), [&](const Json& one) {
      auto pod = api::parse_build_pod(one);
      const bool is_it = pod && pod->meta.owner_uid == scene.job->meta.uid;
      if (is_it && (!scene.pod || scene.pod->meta.created <= pod->meta.created)) scene.pod = *std::move(pod);
    }));
    return scene;
  }

  base::Done list(const api::Kind& kind, const kube::OnItem& on_item) {
    const std::string ours =
        std::string(decide::label::managed_by) + "=" + std::string(decide::label::managed_by_staves);
    TRY(setting_.cluster.list(operate::resource_type(kind), {.name_space = setting_.name_space, .label_selector = ours},
                              on_item, setting_.stop));
    return {};
  }

  /// Reads the containers that can be read, in the order of the steps, each once; whether there was one.
  base::Result<bool> read_pod(const api::BuildPod& pod) {
    if (pod.meta.uid != pod_uid_) {
      if (!pod_uid_.empty()) setting_.screen.out("==> the pod was replaced by " + pod.meta.name + "\n");
      pod_uid_ = pod.meta.uid;
      read_.clear();
    }
    bool any = false;
    for (const api::BuildContainer& container : pod.containers) {
      if (!is_asked_for(container.name) || read_[container.name]) continue;
      const bool has_begun = container.started || container.exit_code;
      if (!has_begun) {
        if (options_.follow) break;
        continue;
      }
      setting_.screen.out("==> " + container.name + "\n");
      auto done = read_container_log(
          setting_,
          {.pod = {setting_.name_space, pod.meta.name}, .container = container.name, .follow = options_.follow},
          [&](std::string_view line) { setting_.screen.out(std::string(line) + "\n"); });
      if (!done && done.error().code == "Cancelled") return base::fail(std::move(done).error());
      // A pod that was deleted meanwhile takes its log along; the next look finds its successor.
      if (!done && done.error().code != "NotFound" && done.error().code != "BadRequest") {
        return base::fail(std::move(done).error());
      }
      read_[container.name] = true;
      any = true;
    }
    return any;
  }

  bool is_asked_for(const std::string& container) const {
    return options_.step.empty() ? container != "tools" : container == options_.step;
  }

  base::Result<int> end(const Scene& scene) const {
    if (!pod_uid_.empty() && !read_.empty()) return exit_code::done;
    const std::string build = "build " + std::to_string(number_) + " of " + options_.name;
    if (!scene.job && scene.build_ended) {
      return bad_input("the log of " + build +
                       " is gone: its Job was removed; what is kept says kubectl staves status " + options_.name +
                       " -n " + setting_.name_space);
    }
    setting_.screen.err(build + " has written nothing yet" +
                        (scene.waiting.empty() ? "" : ": " + printable(scene.waiting)) + "; -f waits for it\n");
    return exit_code::done;
  }

  const Setting& setting_;
  const Options& options_;
  std::int64_t number_;
  std::string pod_uid_;
  std::map<std::string, bool> read_;
};

}  // namespace

base::Result<int> run_logs(const Setting& setting, const Options& options) {
  TRY_ASSIGN(const Json object, find_object(setting, operate::resource_type(api::stavesimage_kind()), options.name));
  TRY_ASSIGN(const auto image, api::parse_stavesimage(object));
  const std::int64_t last = image.status.build.number;
  const std::int64_t number = options.number == 0 ? last : options.number;
  if (last == 0) {
    const api::Condition* ready = api::find_condition(image.status.conditions, "Ready");
    return bad_input(options.name + " has had no build yet" +
                     (ready == nullptr ? "" : ": " + printable(ready->reason + ", " + ready->message)));
  }
  if (number > last) {
    return bad_input("there is no build " + std::to_string(number) + " of " + options.name + ": the last one is " +
                     std::to_string(last));
  }
  return LogReader(setting, options, number).read();
}

}  // namespace staves::command
