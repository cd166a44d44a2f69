#include "decide/render_pod.h"

#include "decide/pod_affinity.h"
#include "decide/pod_containers.h"
#include "decide/pod_volumes.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

void put_scheduling(Json& pod, const api::PodSettings& settings) {
  const auto put = [&](const char* name, Json value) {
    if (!value.empty()) pod[name] = std::move(value);
  };
  put("nodeSelector", parsed_object(settings.node_selector));
  put("tolerations", parsed_list(settings.tolerations));
  put("imagePullSecrets", parsed_list(settings.image_pull_secrets));
  if (!settings.runtime_class_name.empty()) pod["runtimeClassName"] = settings.runtime_class_name;
  if (!settings.scheduler_name.empty()) pod["schedulerName"] = settings.scheduler_name;
}

/// What pods of both kinds have.
Json pod_of(const ImageObservation& seen, Json containers, Json volumes) {
  Json pod{{"restartPolicy", "Never"},
           {"automountServiceAccountToken", false},
           {"enableServiceLinks", false},
           // emerge gets 10 s of it to end, and the step then says what it was at.
           {"terminationGracePeriodSeconds", 20},
           // The kubelet makes subPath directories root's, mode 0750: the steps have to be root to own theirs.
           {"securityContext", {{"runAsUser", 0}, {"runAsGroup", 0}, {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
           {"containers", std::move(containers)},
           {"volumes", std::move(volumes)}};
  if (seen.setup.user_namespaces) pod["hostUsers"] = false;
  const std::string& priority = seen.wanted->spec.build.priority_class_name;
  if (!priority.empty()) pod["priorityClassName"] = priority;
  put_scheduling(pod, seen.builder->spec.pod);
  return pod;
}

/// What is compiled on another architecture's node would not run on this one.
void put_architecture(const ImageObservation& seen, Json& pod) {
  const auto& platforms = seen.wanted->spec.platforms;
  if (!platforms.empty()) pod["nodeSelector"]["kubernetes.io/arch"] = platforms.front().architecture;
}

}  // namespace

Json parsed_object(const std::string& compact) {
  auto value = base::parse_json(compact);
  return value && value->is_object() ? *std::move(value) : Json::object();
}

Json parsed_list(const std::string& compact) {
  auto value = base::parse_json(compact);
  return value && value->is_array() ? *std::move(value) : Json::array();
}

Json render_pod_spec(const ImageObservation& seen, const Inputs& inputs) {
  Json pod = pod_of(seen, render_containers(seen, inputs), render_volumes(seen, inputs));
  if (Json init = render_init_containers(seen); !init.empty()) pod["initContainers"] = std::move(init);
  if (Json affinity = render_affinity(*seen.builder); !affinity.empty()) pod["affinity"] = std::move(affinity);
  put_architecture(seen, pod);
  return pod;
}

Json render_index_pod_spec(const ImageObservation& seen) {
  Json pod = pod_of(seen, render_index_containers(seen), render_index_volumes(seen));
  // Where an image of it was built just now, the operator's image runs.
  put_architecture(seen, pod);
  return pod;
}

}  // namespace staves::decide
