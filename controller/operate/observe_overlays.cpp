#include "operate/observe_overlays.h"

#include <algorithm>

#include "api/fields.h"
#include "api/repository.h"
#include "decide/pod_credentials.h"
#include "decide/repositories.h"

namespace staves::operate {

namespace {

constexpr std::chrono::seconds patience{10};
constexpr int most_events = 50;

bool has_not_begun(const api::BuildPod& pod) {
  return pod.phase == "Pending" && !pod.node_name.empty() && !pod.meta.deleting &&
         std::ranges::none_of(pod.containers, [](const api::BuildContainer& container) {
           return container.started || container.exit_code;
         });
}

}  // namespace

std::vector<decide::TagLookup> look_up_branches(const decide::ImageObservation& seen, const Route& route,
                                                TagResolver& branches) {
  std::vector<decide::TagLookup> known;
  if (!seen.builder || seen.wanted->invalid || seen.builder->invalid || seen.wanted->meta.deleting) return known;
  if (seen.wanted->spec.suspend || seen.builder->spec.suspend) return known;
  const WorkKey asker{Subject::Image, key_of(seen.wanted->meta)};
  const std::chrono::seconds refresh{seen.builder->spec.refresh_seconds};
  for (const auto& one : api::all_repositories(seen.builder->spec.repositories, seen.wanted->spec.repositories)) {
    const std::string reference = decide::branch_reference(one);
    if (!reference.empty())
      known.push_back(branches.latest({.reference = reference, .route = route, .refresh = refresh}, asker));
  }
  return known;
}

std::string read_mount_problem(const decide::ImageObservation& seen, kube::Cluster& cluster,
                               const std::stop_token& stop) {
  const api::BuildStatus& build = seen.wanted->status.build;
  if (build.completion_time || !seen.builder || !decide::mounts_secrets(seen)) return {};
  const auto pod = std::ranges::find_if(seen.pods, [&](const auto& one) {
    return one->meta.owner_name == build.job_name && has_not_begun(*one) && seen.now - one->meta.created >= patience;
  });
  if (pod == seen.pods.end()) return {};
  kube::ListQuery query;
  query.name_space = (*pod)->meta.name_space;
  query.field_selector = "involvedObject.uid=" + (*pod)->meta.uid + ",reason=FailedMount";
  query.limit = most_events;
  std::string last;
  std::string message;
  const auto listed = cluster.list(
      {"", "v1", "events", "Event"}, query,
      [&](const kube::Json& item) {
        api::Problem problem;
        const api::Fields event(item, "", problem);
        const std::string when = event.text("lastTimestamp");
        if (when < last) return;
        last = when;
        message = event.text("message");
      },
      stop);
  return listed ? message : std::string();
}

}  // namespace staves::operate
