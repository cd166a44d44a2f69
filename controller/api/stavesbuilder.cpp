#include "api/stavesbuilder.h"

#include "api/condition_json.h"
#include "api/metadata.h"
#include "api/read_words.h"
#include "api/spec_parts.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr std::array<std::string_view, 2> on_delete_choices = {"Retain", "Delete"};  // in the order of the enum
constexpr std::array<std::string_view, 3> access_modes = {"ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"};

CacheSettings read_cache(const Fields& fields) {
  return {.size = fields.text("size", "50Gi"),
          .storage_class_name = fields.text("storageClassName"),
          .access_mode = std::string(access_modes[fields.choice<std::size_t>("accessMode", 0, access_modes)]),
          .existing_claim = fields.text("existingClaim"),
          .on_delete = fields.choice("onDelete", OnDelete::Retain, on_delete_choices),
          .max_bytes = fields.text("maxBytes")};
}

PodSettings read_pod(const Fields& fields) {
  return {.resources = fields.compact_json("resources"),
          .node_selector = fields.compact_json("nodeSelector"),
          .tolerations = fields.compact_json("tolerations"),
          .affinity = fields.compact_json("affinity"),
          .image_pull_secrets = fields.compact_json("imagePullSecrets"),
          .labels = fields.compact_json("labels"),
          .annotations = fields.compact_json("annotations"),
          .runtime_class_name = fields.text("runtimeClassName"),
          .scheduler_name = fields.text("schedulerName")};
}

BuilderCredentials read_credentials(const Fields& fields) {
  return {.ssh_secret_name = fields.object("sshSecretRef").text("name"),
          .netrc_secret_name = fields.object("netrcSecretRef").text("name")};
}

CaBundle read_ca_bundle(const Fields& trust) {
  CaBundle bundle;
  if (!trust.has("caBundle")) return bundle;
  const Fields reference = trust.object("caBundle").object("configMapRef");
  bundle.config_map_name = read_word(reference, "name", word::object_name);
  if (reference.has("key")) bundle.config_map_key = read_word(reference, "key", word::config_map_key);
  return bundle;
}

Proxy read_proxy(const Fields& fields) {
  return {.http = read_optional_word(fields, "http", word::proxy),
          .https = read_optional_word(fields, "https", word::proxy),
          .no_proxy = read_optional_word(fields, "noProxy", word::no_proxy)};
}

BuilderTarget read_target(const Fields& image) {
  BuilderTarget target{
      .repository = read_word(image, "repository", word::repository),
      .tags = read_words(image, "tags", word_list::tags),
      .push_secret_name = read_optional_word(image.object("pushSecretRef"), "name", word::object_name)};
  if (target.tags.empty()) target.tags = {"latest"};
  return target;
}

StavesBuilderSpec read_spec(const Fields& fields) {
  const Fields portage = fields.object("portage");
  const bool chained = fields.has("from");
  const bool makes_image = fields.has("packages") || fields.has("image");
  if (makes_image && !chained) fields.must_be("from", "set, because packages are built by another StavesBuilder");
  if (makes_image && !fields.has("packages")) fields.must_be("packages", "set where image is");
  return {.stage3_image = !chained || fields.has("stage3") ? fields.object("stage3").required_text("image") : "",
          .from = chained ? read_word(fields.object("from"), "name", word::object_name) : "",
          .packages = read_words(fields, "packages", word_list::packages),
          .image = makes_image ? read_target(fields.object("image")) : BuilderTarget{},
          .snapshot_image = portage.object("snapshot").required_text("image"),
          .profile = read_optional_word(portage, "profile", word::profile),
          .portage = read_portage_settings(portage),
          .repositories = read_repositories(portage),
          .mirrors = read_words(portage, "mirrors", word_list::mirrors),
          .cache = read_cache(fields.object("cache")),
          .credentials = read_credentials(fields.object("credentials")),
          .insecure_registries = fields.object("trust").texts("insecureRegistries"),
          .ca_bundle = read_ca_bundle(fields.object("trust")),
          .proxy = read_proxy(fields.object("proxy")),
          .pod = read_pod(fields.object("pod")),
          .max_concurrent_builds = fields.number("maxConcurrentBuilds", 2, {.least = 1, .most = 256}),
          .queue_name = read_optional_word(fields, "queueName", word::queue_name),
          .refresh_seconds = fields.number("refreshSeconds", 3600, {.least = 60, .most = 604800}),
          .suspend = fields.flag("suspend")};
}

base::Json cache_to_json(const CacheSettings& cache) {
  base::Json json{{"size", cache.size},
                  {"accessMode", cache.access_mode},
                  {"onDelete", on_delete_choices[static_cast<std::size_t>(cache.on_delete)]}};
  put_text(json, "storageClassName", cache.storage_class_name);
  put_text(json, "existingClaim", cache.existing_claim);
  put_text(json, "maxBytes", cache.max_bytes);
  return json;
}

base::Json credentials_to_json(const BuilderCredentials& credentials) {
  base::Json json = base::Json::object();
  if (!credentials.ssh_secret_name.empty()) json["sshSecretRef"] = {{"name", credentials.ssh_secret_name}};
  if (!credentials.netrc_secret_name.empty()) json["netrcSecretRef"] = {{"name", credentials.netrc_secret_name}};
  return json;
}

base::Json pod_to_json(const PodSettings& pod) {
  base::Json json = base::Json::object();
  put_json_text(json, "resources", pod.resources);
  put_json_text(json, "nodeSelector", pod.node_selector);
  put_json_text(json, "tolerations", pod.tolerations);
  put_json_text(json, "affinity", pod.affinity);
  put_json_text(json, "imagePullSecrets", pod.image_pull_secrets);
  put_json_text(json, "labels", pod.labels);
  put_json_text(json, "annotations", pod.annotations);
  put_text(json, "runtimeClassName", pod.runtime_class_name);
  put_text(json, "schedulerName", pod.scheduler_name);
  return json;
}

base::Json trust_to_json(const StavesBuilderSpec& spec) {
  base::Json json = base::Json::object();
  put_texts(json, "insecureRegistries", spec.insecure_registries);
  if (const CaBundle& bundle = spec.ca_bundle; !bundle.config_map_name.empty()) {
    json["caBundle"]["configMapRef"] = {{"name", bundle.config_map_name}, {"key", bundle.config_map_key}};
  }
  return json;
}

base::Json proxy_to_json(const Proxy& proxy) {
  base::Json json = base::Json::object();
  put_text(json, "http", proxy.http);
  put_text(json, "https", proxy.https);
  put_text(json, "noProxy", proxy.no_proxy);
  return json;
}

/// Where the stage3 comes from.
void put_origin(base::Json& json, const StavesBuilderSpec& spec) {
  if (!spec.stage3_image.empty()) json["stage3"] = {{"image", spec.stage3_image}};
  if (!spec.from.empty()) json["from"] = {{"name", spec.from}};
  put_texts(json, "packages", spec.packages);
  if (spec.image.repository.empty()) return;
  json["image"] = {{"repository", spec.image.repository}, {"tags", spec.image.tags}};
  if (!spec.image.push_secret_name.empty()) json["image"]["pushSecretRef"] = {{"name", spec.image.push_secret_name}};
}

base::Json portage_to_json(const StavesBuilderSpec& spec) {
  base::Json json{{"snapshot", {{"image", spec.snapshot_image}}}};
  put_text(json, "profile", spec.profile);
  put_portage_settings(json, spec.portage);
  put_repositories(json, spec.repositories);
  put_texts(json, "mirrors", spec.mirrors);
  return json;
}

std::optional<ResolvedImage> read_resolved(const Fields& status, std::string_view name) {
  if (!status.has(name)) return std::nullopt;
  const Fields fields = status.object(name);
  return ResolvedImage{.reference = fields.text("reference"), .digest = fields.text("digest")};
}

void put_resolved(base::Json& status, std::string_view name, const std::optional<ResolvedImage>& image) {
  if (image) status[std::string(name)] = {{"reference", image->reference}, {"digest", image->digest}};
}

BuildsOfBuilder read_builds(const Fields& fields) {
  BuildsOfBuilder builds{.running = fields.number("running"),
                         .queued = fields.number("queued"),
                         .admitted = {},
                         .counted_time = fields.time("countedTime")};
  for (const Fields& one : fields.objects("admitted")) {
    builds.admitted.push_back({.image = one.text("image"), .uid = one.text("uid"), .number = one.number("number")});
  }
  return builds;
}

base::Json builds_to_json(const BuildsOfBuilder& builds) {
  base::Json json{{"running", builds.running}, {"queued", builds.queued}};
  for (const AdmittedBuild& one : builds.admitted) {
    json["admitted"].push_back({{"image", one.image}, {"uid", one.uid}, {"number", one.number}});
  }
  json["countedTime"] = base::to_rfc3339(*builds.counted_time);
  return json;
}

CacheUse read_cache_use(const Fields& cache) {
  return {.used_bytes = cache.number("usedBytes"),
          .packages = cache.number("packages"),
          .hits = cache.number("hits"),
          .misses = cache.number("misses"),
          .measured_time = cache.time("measuredTime")};
}

void put_cache_use(base::Json& cache, const CacheUse& use) {
  if (!use.measured_time) return;
  cache["usedBytes"] = use.used_bytes;
  cache["packages"] = use.packages;
  cache["hits"] = use.hits;
  cache["misses"] = use.misses;
  cache["measuredTime"] = base::to_rfc3339(*use.measured_time);
}

StavesBuilderStatus read_status(const Fields& status) {
  const Fields cache = status.object("cache");
  return {.observed_generation = status.number("observedGeneration"),
          .conditions = read_conditions(status),
          .stage3 = read_resolved(status, "stage3"),
          .tree = read_resolved(status, "tree"),
          .cache_claim_name = cache.text("claimName"),
          .cache_capacity = cache.text("capacity"),
          .cache_use = read_cache_use(cache),
          .toolchain = read_toolchain(status.object("toolchain")),
          .builds = read_builds(status.object("builds"))};
}

}  // namespace

base::Result<StavesBuilder> parse_stavesbuilder(const base::Json& object) {
  StavesBuilder builder;
  TRY_ASSIGN(builder.meta, parse_metadata(object));
  Problem in_spec;
  builder.spec = read_spec(Fields(object, "", in_spec).object("spec"));
  if (in_spec.found()) builder.invalid = base::Error{"InvalidSpec", in_spec.text(), base::Retry::when_spec_changes()};
  Problem in_status;  // what the status says is only a memory: the next round mends it
  builder.status = read_status(Fields(object, "", in_status).object("status"));
  return builder;
}

base::Json to_json(const StavesBuilderSpec& spec) {
  base::Json json{{"portage", portage_to_json(spec)},
                  {"cache", cache_to_json(spec.cache)},
                  {"maxConcurrentBuilds", spec.max_concurrent_builds},
                  {"refreshSeconds", spec.refresh_seconds},
                  {"suspend", spec.suspend}};
  put_origin(json, spec);
  put_object(json, "trust", trust_to_json(spec));
  put_object(json, "proxy", proxy_to_json(spec.proxy));
  put_text(json, "queueName", spec.queue_name);
  put_object(json, "credentials", credentials_to_json(spec.credentials));
  put_object(json, "pod", pod_to_json(spec.pod));
  return json;
}

base::Json to_json(const StavesBuilderStatus& status) {
  base::Json json = base::Json::object();
  if (status.observed_generation != 0) json["observedGeneration"] = status.observed_generation;
  put_object(json, "conditions", conditions_to_json(status.conditions));
  put_resolved(json, "stage3", status.stage3);
  put_resolved(json, "tree", status.tree);
  base::Json cache = base::Json::object();
  put_text(cache, "claimName", status.cache_claim_name);
  put_text(cache, "capacity", status.cache_capacity);
  put_cache_use(cache, status.cache_use);
  put_object(json, "cache", std::move(cache));
  put_object(json, "toolchain", to_json(status.toolchain));
  // Before anything was ever built there is nothing to say.
  if (status.builds.counted_time) json["builds"] = builds_to_json(status.builds);
  return json;
}

}  // namespace staves::api
