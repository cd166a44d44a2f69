#include "decide/pod_volumes.h"

#include <string>

#include "decide/names.h"
#include "decide/pod_credentials.h"
#include "decide/render_pod.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

constexpr int only_owner_reads = 0400;
constexpr const char* docker_config = ".dockerconfigjson";

struct Mount {
  const char* volume;
  const char* path;
  const char* sub_path = "";
  bool read_only = true;
};

Json rendered(const Mount& mount) {
  Json json{{"name", mount.volume}, {"mountPath", mount.path}};
  if (*mount.sub_path != '\0') json["subPath"] = mount.sub_path;
  if (mount.read_only) json["readOnly"] = true;
  return json;
}

constexpr Mount plan_mount{"plan", "/staves/plan"};

Json empty_dir(const char* name) {
  return {{"name", name}, {"emptyDir", Json::object()}};
}

Json image_volume(const char* name, const std::string& reference, const std::string& pull_policy) {
  return {{"name", name}, {"image", {{"reference", reference}, {"pullPolicy", pull_policy}}}};
}

Json plan_volume() {
  const Json item{{"path", "plan"}, {"fieldRef", {{"fieldPath", "metadata.annotations['staves.dev/plan']"}}}};
  return {{"name", "plan"}, {"downwardAPI", {{"items", Json::array({item})}}}};
}

// Optional, so that a missing Secret is a failure with a name instead of a pod that never starts.
Json push_volume(const std::string& secret) {
  return {{"name", "push"},
          {"secret",
           {{"secretName", secret},
            {"optional", true},
            {"defaultMode", only_owner_reads},
            {"items", Json::array({{{"key", docker_config}, {"path", "config.json"}}})}}}};
}

/// /staves/secrets/pull/config.json is the first pull Secret; config-2.json and so on are the others.
Json pull_sources(const ImageObservation& seen) {
  Json sources = Json::array();
  for (const Json& entry : parsed_list(seen.builder->spec.pod.image_pull_secrets)) {
    if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string()) continue;
    const std::string place = sources.empty() ? "" : "-" + std::to_string(sources.size() + 1);
    sources.push_back({{"secret",
                        {{"name", entry["name"]},
                         {"optional", true},
                         {"items", Json::array({{{"key", docker_config}, {"path", "config" + place + ".json"}}})}}}});
  }
  return sources;
}

bool needs_pull_secrets(const ImageObservation& seen) {
  return !seen.setup.image_volumes && !pull_sources(seen).empty();
}

Mount tools_mount(const ImageObservation& seen) {
  return {"tools", "/staves/tools", seen.setup.image_volumes ? "usr/bin" : ""};
}

/// Not optional: a builder whose ConfigMap is missing is not ready.
Json trust_volume(const api::CaBundle& bundle) {
  return {{"name", "trust"},
          {"configMap",
           {{"name", bundle.config_map_name},
            {"items", Json::array({{{"key", bundle.config_map_key}, {"path", "ca.crt"}}})}}}};
}

bool has_ca_bundle(const ImageObservation& seen) {
  return !seen.builder->spec.ca_bundle.config_map_name.empty();
}

void put_trust_mount(const ImageObservation& seen, Json& mounts) {
  if (has_ca_bundle(seen)) mounts.push_back(rendered({"trust", "/staves/trust"}));
}

void put_push_volume(const ImageObservation& seen, Json& volumes) {
  if (const std::string& push = seen.wanted->spec.push_secret_name; !push.empty()) volumes.push_back(push_volume(push));
}

void put_push_mount(const ImageObservation& seen, Json& mounts) {
  if (!seen.wanted->spec.push_secret_name.empty()) mounts.push_back(rendered({"push", "/staves/secrets/push"}));
}

Json appended(Json list, const Json& more) {
  for (const Json& one : more) list.push_back(one);
  return list;
}

}  // namespace

Json render_volumes(const ImageObservation& seen, const Inputs& inputs) {
  const Setup& setup = seen.setup;
  Json volumes =
      Json::array({plan_volume(), empty_dir("handover"), empty_dir("rootfs"), empty_dir("work"), empty_dir("scratch")});
  if (!seen.wanted->spec.test.command.empty()) volumes.push_back(empty_dir("test"));
  volumes.push_back({{"name", "cache"}, {"persistentVolumeClaim", {{"claimName", claim_name(*seen.builder)}}}});
  if (setup.image_volumes) {
    volumes.push_back(image_volume("tools", setup.operator_image, setup.operator_pull_policy));
    volumes.push_back(image_volume("tree", inputs.tree, "IfNotPresent"));
  } else {
    volumes.push_back(empty_dir("tools"));
  }
  put_push_volume(seen, volumes);
  if (needs_pull_secrets(seen)) {
    volumes.push_back(
        {{"name", "pull"}, {"projected", {{"defaultMode", only_owner_reads}, {"sources", pull_sources(seen)}}}});
  }
  if (has_ca_bundle(seen)) volumes.push_back(trust_volume(seen.builder->spec.ca_bundle));
  return appended(std::move(volumes), render_credential_volumes(seen));
}

Json tools_mounts() {
  return Json::array({rendered({"tools", "/staves/tools", "", false})});
}

Json sources_mounts(const ImageObservation& seen) {
  Json mounts =
      Json::array({rendered(plan_mount), rendered({"handover", "/staves/handover/sources", "sources", false})});
  if (!seen.setup.image_volumes) mounts.push_back(rendered({"cache", "/staves/trees", "trees", false}));
  if (needs_pull_secrets(seen)) mounts.push_back(rendered({"pull", "/staves/secrets/pull"}));
  put_trust_mount(seen, mounts);
  return appended(std::move(mounts), sources_overlay_mounts(seen));
}

Json emerge_mounts(const ImageObservation& seen) {
  const bool image_volumes = seen.setup.image_volumes;
  const Mount tree = image_volumes ? Mount{"tree", "/var/db/repos/gentoo", "var/db/repos/gentoo"}
                                   : Mount{"cache", "/staves/trees", "trees"};
  Json mounts = Json::array(
      {rendered(plan_mount), rendered(tools_mount(seen)), rendered({"handover", "/staves/handover/sources", "sources"}),
       rendered({"handover", "/staves/handover/emerge", "emerge", false}),
       rendered({"handover", "/staves/handover/publish", "publish"}), rendered({"rootfs", "/rootfs", "", false}),
       rendered({"work", "/var/tmp/portage", "", false}),
       rendered({"cache", "/staves/cache/binpkgs", "binpkgs", false}),
       rendered({"cache", "/staves/cache/distfiles", "distfiles", false}), rendered(tree)});
  put_trust_mount(seen, mounts);
  return appended(std::move(mounts), emerge_overlay_mounts(seen));
}

Json test_mounts(const ImageObservation& seen) {
  // The root is read-only here, and still gets a /tmp and a /dev of its own: their mount points have to be there when
  // the container starts, before emerge has made anything. A mount by subPath makes them.
  return Json::array(
      {rendered(plan_mount), rendered(tools_mount(seen)), rendered({"handover", "/staves/handover/emerge", "emerge"}),
       rendered({"handover", "/staves/handover/test", "test", false}), rendered({"rootfs", "/rootfs"}),
       rendered({"rootfs", "/staves/mount-points/tmp", "tmp"}), rendered({"rootfs", "/staves/mount-points/dev", "dev"}),
       rendered({"test", "/rootfs/tmp", "tmp", false}), rendered({"test", "/rootfs/dev", "dev", false})});
}

Json publish_mounts(const ImageObservation& seen) {
  Json mounts = Json::array({rendered(plan_mount), rendered({"handover", "/staves/handover/sources", "sources"}),
                             rendered({"handover", "/staves/handover/emerge", "emerge"}),
                             rendered({"handover", "/staves/handover/publish", "publish", false}),
                             rendered({"rootfs", "/rootfs"}), rendered({"scratch", "/staves/scratch", "", false})});
  if (!seen.wanted->spec.test.command.empty()) {
    mounts.push_back(rendered({"handover", "/staves/handover/test", "test"}));
  }
  put_push_mount(seen, mounts);
  put_trust_mount(seen, mounts);
  return mounts;
}

Json render_index_volumes(const ImageObservation& seen) {
  Json volumes = Json::array({plan_volume()});
  put_push_volume(seen, volumes);
  if (has_ca_bundle(seen)) volumes.push_back(trust_volume(seen.builder->spec.ca_bundle));
  return volumes;
}

Json index_mounts(const ImageObservation& seen) {
  Json mounts = Json::array({rendered(plan_mount)});
  put_push_mount(seen, mounts);
  put_trust_mount(seen, mounts);
  return mounts;
}

}  // namespace staves::decide
