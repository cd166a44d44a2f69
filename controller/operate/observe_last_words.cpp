#include "operate/observe_last_words.h"

#include <algorithm>
#include <utility>

#include "decide/labels.h"
#include "decide/names.h"
#include "decide/read_build.h"
#include "operate/stores.h"

namespace staves::operate {

namespace {

/// The Job of the build that has not ended in the image's status; null when it is not in view.
const api::BuildJob* job_under_way(const decide::ImageObservation& seen) {
  const api::BuildStatus& build = seen.wanted->status.build;
  if (build.number == 0 || build.completion_time) return nullptr;
  const auto job = std::ranges::find_if(seen.jobs, [&](const auto& one) { return one->meta.name == build.job_name; });
  return job == seen.jobs.end() ? nullptr : job->get();
}

}  // namespace

base::Done see_last_words(decide::ImageObservation& seen, kube::Cluster& cluster, const std::stop_token& stop) {
  const api::BuildJob* job = job_under_way(seen);
  if (job == nullptr || !decide::lacks_last_words(*job, seen.pods)) return {};
  kube::ListQuery query;
  query.name_space = job->meta.name_space;
  query.label_selector = std::string(decide::label::image) + "=" + decide::label_value(seen.wanted->meta.name);
  decide::BuildPods now;
  TRY(cluster.list(
      resource_type(api::pod_kind()), query,
      [&](const kube::Json& item) {
        auto pod = api::parse_build_pod(item);
        if (pod && pod->meta.owner_uid == job->meta.uid)
          now.push_back(std::make_shared<api::BuildPod>(*std::move(pod)));
      },
      stop));
  std::erase_if(seen.pods, [&](const auto& pod) { return pod->meta.owner_uid == job->meta.uid; });
  std::ranges::move(now, std::back_inserter(seen.pods));
  return {};
}

}  // namespace staves::operate
