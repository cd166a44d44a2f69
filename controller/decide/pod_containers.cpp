#include "decide/pod_containers.h"

#include <string>
#include <vector>

#include "decide/pod_credentials.h"
#include "decide/pod_volumes.h"
#include "decide/render_pod.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

Json security_context(const std::vector<std::string>& added, bool read_only_root) {
  Json capabilities{{"drop", Json::array({"ALL"})}};
  if (!added.empty()) capabilities["add"] = added;
  return {{"allowPrivilegeEscalation", false},
          {"capabilities", std::move(capabilities)},
          {"readOnlyRootFilesystem", read_only_root},
          {"seccompProfile", {{"type", "RuntimeDefault"}}}};
}

// Enough for a ResourceQuota that wants requests and a memory limit; page cache is not counted until it is needed.
Json small_resources(const char* memory_limit) {
  return {{"requests", {{"cpu", "10m"}, {"memory", "32Mi"}}}, {"limits", {{"memory", memory_limit}}}};
}

// What `emerge` asks for when nobody says: builds that do not fit wait for a node instead of wearing one out together,
// and a ResourceQuota on requests admits the pod. No limit: what a compiler needs is not known.
Json modest_requests() {
  return {{"requests", {{"cpu", "500m"}, {"memory", "512Mi"}}}};
}

Json operator_container(const Setup& setup, const char* name, Json command) {
  return {{"name", name},
          {"image", setup.operator_image},
          {"imagePullPolicy", setup.operator_pull_policy},
          {"command", std::move(command)},
          {"terminationMessagePolicy", "File"}};
}

/// Lower case, as curl, git, wget, rsync and Python's libraries all read them. A proxy's URL has no login.
void put_proxy(const ImageObservation& seen, Json& container) {
  const api::Proxy& proxy = seen.builder->spec.proxy;
  const auto put = [&container](const char* name, const std::string& value) {
    if (!value.empty()) container["env"].push_back({{"name", name}, {"value", value}});
  };
  put("http_proxy", proxy.http);
  put("https_proxy", proxy.https);
  put("no_proxy", proxy.no_proxy);
}

Json sources(const ImageObservation& seen) {
  Json container = operator_container(seen.setup, "sources", Json::array({"/usr/bin/staves-sources"}));
  container["resources"] = small_resources("1Gi");
  container["securityContext"] = security_context({}, true);
  container["volumeMounts"] = sources_mounts(seen);
  put_proxy(seen, container);
  return container;
}

Json stage3_container(const Inputs& inputs, const char* name) {
  return {{"name", name},
          {"image", inputs.stage3},
          {"imagePullPolicy", "IfNotPresent"},
          {"command", {"/staves/tools/staves-builder", name}},
          {"workingDir", "/"},
          {"terminationMessagePolicy", "File"}};
}

// The image's own if it has any, else the builder's.
Json given_resources(const ImageObservation& seen) {
  const std::string& own = seen.wanted->spec.build.resources;
  return parsed_object(own.empty() ? seen.builder->spec.pod.resources : own);
}

Json emerge(const ImageObservation& seen, const Inputs& inputs) {
  Json container = stage3_container(inputs, "emerge");
  // The stage3's root stays writable: Portage keeps its configuration, its database and build dependencies there.
  container["securityContext"] = security_context({"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETFCAP"}, false);
  container["volumeMounts"] = emerge_mounts(seen);
  put_proxy(seen, container);
  Json resources = given_resources(seen);
  container["resources"] = resources.empty() ? modest_requests() : std::move(resources);
  return container;
}

Json test(const ImageObservation& seen, const Inputs& inputs) {
  Json container = stage3_container(inputs, "test");
  // To enter the root, and to make its devices, which a user namespace does not allow in any case. The test itself has
  // neither.
  std::vector<std::string> added = {"SYS_CHROOT"};
  if (!seen.setup.user_namespaces) added.insert(added.begin(), "MKNOD");
  container["securityContext"] = security_context(added, true);
  container["volumeMounts"] = test_mounts(seen);
  // It runs when emerge has ended, so that what emerge may use is free.
  Json resources{{"requests", {{"cpu", "10m"}, {"memory", "32Mi"}}}};
  const Json given = given_resources(seen);
  if (const auto limits = given.find("limits"); limits != given.end()) resources["limits"] = *limits;
  container["resources"] = std::move(resources);
  return container;
}

Json publish(const ImageObservation& seen) {
  Json container = operator_container(seen.setup, "publish", Json::array({"/usr/bin/staves-publisher"}));
  container["resources"] = small_resources("1Gi");
  // Files that only their owner may read. DAC_READ_SEARCH would be the narrower one, but Pod Security's level baseline
  // refuses it; the root file system is mounted read-only here.
  container["securityContext"] = security_context({"DAC_OVERRIDE"}, true);
  container["volumeMounts"] = publish_mounts(seen);
  put_proxy(seen, container);
  return container;
}

}  // namespace

Json render_init_containers(const ImageObservation& seen) {
  if (seen.setup.image_volumes) return Json::array();
  Json container =
      operator_container(seen.setup, "tools", {"/usr/bin/staves-builder", "install", "/staves/tools/staves-builder"});
  container["resources"] = small_resources("64Mi");
  container["securityContext"] = security_context({}, true);
  container["volumeMounts"] = tools_mounts();
  return Json::array({std::move(container)});
}

Json render_containers(const ImageObservation& seen, const Inputs& inputs) {
  Json containers = Json::array();
  if (!seen.setup.image_volumes || brings_overlays(seen)) containers.push_back(sources(seen));
  containers.push_back(emerge(seen, inputs));
  if (!seen.wanted->spec.test.command.empty()) containers.push_back(test(seen, inputs));
  containers.push_back(publish(seen));
  return containers;
}

Json render_index_containers(const ImageObservation& seen) {
  Json container = operator_container(seen.setup, "publish", {"/usr/bin/staves-publisher", "index"});
  container["resources"] = small_resources("128Mi");
  container["securityContext"] = security_context({}, true);
  container["volumeMounts"] = index_mounts(seen);
  put_proxy(seen, container);
  return Json::array({std::move(container)});
}

}  // namespace staves::decide
