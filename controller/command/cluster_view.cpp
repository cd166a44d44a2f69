#include "command/cluster_view.h"

#include "decide/labels.h"
#include "nlohmann/json.hpp"

namespace staves::command {

namespace {

using base::Json;

/// One list of a kind into its store. `look` sees each object as it came.
base::Done fill(const Setting& setting, kube::ObjectSink& store, const api::Kind& kind, const std::string& selector,
                const std::function<void(const Json&)>& look = {}, bool metadata_only = false) {
  store.begin_replace();
  TRY_ASSIGN(const auto page,
             setting.cluster.list(
                 operate::resource_type(kind),
                 {.name_space = setting.name_space, .label_selector = selector, .metadata_only = metadata_only},
                 [&](const Json& object) {
                   store.stage(object);
                   if (look) look(object);
                 },
                 setting.stop));
  store.commit_replace(page.resource_version);
  return {};
}

/// The operator's own options are not in the cluster for users to see; what it made with them is.
decide::Setup setup_of_job(const Json& job) {
  decide::Setup setup;
  const Json pod = job.value(Json::json_pointer("/spec/template/spec"), Json::object());
  for (const Json& container : pod.value("containers", Json::array())) {
    if (container.value("name", "") != "publish") continue;
    setup.operator_image = container.value("image", "");
    setup.operator_pull_policy = container.value("imagePullPolicy", setup.operator_pull_policy);
  }
  setup.image_volumes = !pod.contains("initContainers");
  setup.user_namespaces = pod.contains("hostUsers") && pod["hostUsers"] == false;
  return setup;
}

/// Whether an image or its builder refers to a ConfigMap.
bool needs_config_maps(const operate::Stores& stores, const kube::ObjectKey& key) {
  const auto image = stores.images.get(key);
  if (!image) return false;
  if (image->spec.staves_toml && !image->spec.staves_toml->config_map_name.empty()) return true;
  const auto builder = stores.builders.get({key.name_space, image->spec.builder_name});
  return builder && !builder->spec.ca_bundle.config_map_name.empty();
}

}  // namespace

base::Result<std::unique_ptr<ClusterView>> read_view(const Setting& setting, const std::string& image) {
  auto view = std::make_unique<ClusterView>();
  operate::Stores& stores = view->stores;
  const std::string ours = std::string(decide::label::managed_by) + "=" + std::string(decide::label::managed_by_staves);
  std::string newest;
  const auto look_at_job = [&](const Json& job) {
    const Json& metadata = job.at("metadata");
    const std::string made = metadata.value("creationTimestamp", std::string());
    const Json owners = metadata.value("ownerReferences", Json::array());
    const bool of_image = !owners.empty() && owners.front().value("name", "") == image;
    if (!of_image || made < newest) return;
    newest = made;
    view->setup = setup_of_job(job);
  };
  TRY(fill(setting, stores.images, api::stavesimage_kind(), ""));
  TRY(fill(setting, stores.builders, api::stavesbuilder_kind(), ""));
  TRY(fill(setting, stores.jobs, api::job_kind(), ours, look_at_job));
  TRY(fill(setting, stores.pods, api::pod_kind(), ours));
  TRY(fill(setting, stores.claims, api::volume_claim_kind(), ""));
  // Only then: many who may look at images may not look at ConfigMaps.
  if (needs_config_maps(stores, {setting.name_space, image})) {
    TRY(fill(setting, stores.config_maps, api::config_map_kind(), "", {}, true));
  }
  return view;
}

}  // namespace staves::command
