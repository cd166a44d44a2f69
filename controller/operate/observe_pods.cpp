#include "operate/observe_pods.h"

#include <algorithm>
#include <utility>

#include "api/metadata.h"
#include "decide/labels.h"
#include "decide/names.h"
#include "decide/read_build.h"
#include "operate/stores.h"

namespace staves::operate {

namespace {

constexpr std::chrono::seconds until_readable{15};

/// Pods of one image's Jobs, as a list tells of them.
class PodCollector {
 public:
  explicit PodCollector(const decide::ImageObservation& seen) : jobs_(seen.jobs) {}

  void add(const base::Json& item) {
    const auto meta = api::parse_metadata(item);
    if (!meta) return refuse(meta.error().message);
    const auto owns_it = [&](const auto& job) { return job->meta.uid == meta->owner_uid; };
    if (std::ranges::none_of(jobs_, owns_it)) return;
    auto pod = api::parse_build_pod(item);
    if (!pod) return refuse("pod " + meta->name + ": " + pod.error().message);
    pods_.push_back(std::make_shared<const api::BuildPod>(*std::move(pod)));
  }

  /// An entry of the list says nothing at all, or what it says cannot be read.
  void refuse(std::string why) { unreadable_ = std::move(why); }

  base::Result<decide::BuildPods> pods() && {
    if (unreadable_.empty()) return std::move(pods_);
    return base::fail("UnreadablePods", "a pod that may belong to the build cannot be read: " + unreadable_,
                      base::Retry::after(until_readable));
  }

 private:
  const std::vector<std::shared_ptr<const api::BuildJob>>& jobs_;
  decide::BuildPods pods_;
  std::string unreadable_;
};

}  // namespace

base::Done observe_pods(decide::ImageObservation& seen, kube::Cluster& cluster, const std::stop_token& stop) {
  kube::ListQuery query;
  query.name_space = seen.wanted->meta.name_space;
  query.label_selector = std::string(decide::label::image) + "=" + decide::label_value(seen.wanted->meta.name);
  PodCollector collector(seen);
  TRY_ASSIGN(
      const auto page,
      cluster.list(resource_type(api::pod_kind()), query, [&](const base::Json& item) { collector.add(item); }, stop));
  if (page.unreadable > 0) collector.refuse("an entry of the list is no object");
  TRY_ASSIGN(seen.pods, std::move(collector).pods());
  seen.pod_view = decide::PodView::Current;
  return {};
}

}  // namespace staves::operate
