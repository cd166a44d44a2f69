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
  Json pod{{"restartPolicy", "Never"},
           {"automountServiceAccountToken", false},
           {"enableServiceLinks", false},
           // emerge gets 10 s of it to end, and the step then says what it was at.
           {"terminationGracePeriodSeconds", 20},
           // The kubelet makes subPath directories root's, mode 0750: the steps have to be root to own theirs.
           {"securityContext", {{"runAsUser", 0}, {"runAsGroup", 0}, {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
           {"containers", render_containers(seen, inputs)},
           {"volumes", render_volumes(seen, inputs)}};
  if (Json init = render_init_containers(seen); !init.empty()) pod["initContainers"] = std::move(init);
  if (seen.setup.user_namespaces) pod["hostUsers"] = false;
  const std::string& priority = seen.wanted->spec.build.priority_class_name;
  if (!priority.empty()) pod["priorityClassName"] = priority;
  put_scheduling(pod, seen.builder->spec.pod);
  if (Json affinity = render_affinity(*seen.builder); !affinity.empty()) pod["affinity"] = std::move(affinity);
  return pod;
}

}  // namespace staves::decide
