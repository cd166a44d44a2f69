#include "tests/scenario/farm.h"

#include "api/object.h"
#include "base/digest.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"

namespace staves::scenario {

namespace {

using base::Json;
using operate::resource_type;

const kube::ObjectKey image_key{"team-a", "bash"};
const kube::ObjectKey builder_key{"team-a", "glibc"};
const kube::ObjectKey made_builder_key{"team-a", "made"};

kube::ObjectKey key_in(const Json& object) {
  return {object["metadata"]["namespace"].get<std::string>(), object["metadata"]["name"].get<std::string>()};
}

bool has_ended(const Json& job) {
  for (const Json& condition : job.value(Json::json_pointer("/status/conditions"), Json::array())) {
    if (condition["type"] == "Complete" || condition["type"] == "Failed") return true;
  }
  return false;
}

std::string image_name_of(const Json& object) {
  return object["metadata"]["labels"]["staves.dev/image"].get<std::string>();
}

bool is_owned_by(const Json& object, const Json& owner) {
  return object["metadata"].value("ownerReferences", Json::array()).at(0)["uid"] == owner["metadata"]["uid"];
}

/// As `kubectl edit` does it: another spec is another generation.
void change_object(test::FakeCluster& cluster, const kube::ResourceType& type, const kube::ObjectKey& key,
                   const std::function<void(Json&)>& change) {
  cluster.edit(type, key, [&](Json& object) {
    const Json before = object["spec"];
    change(object);
    if (object["spec"] != before) object["metadata"]["generation"] = object["metadata"]["generation"].get<int>() + 1;
  });
}

std::string condition_of(const Json& object, const char* type) {
  for (const Json& condition : object.value(Json::json_pointer("/status/conditions"), Json::array())) {
    if (condition["type"] == type) {
      return condition["status"].get<std::string>() + "/" + condition["reason"].get<std::string>();
    }
  }
  return "none";
}

std::string packages_digest() {
  return base::sha256_digest("packages");
}

api::StepResult good_result(const std::string& step) {
  api::StepResult result{.outcome = api::Outcome::Succeeded, .failure = {}, .timings = {}, .emerge = {}, .publish = {}};
  if (step == "emerge")
    result.emerge = api::EmergeResult{.compiled = 2,
                                      .cached = 3,
                                      .packages = 5,
                                      .warnings = {{"app-misc/careful-1", "setup", "be careful"}},
                                      .compiled_names = {},
                                      .left_out = {},
                                      .live = {},
                                      .packages_digest = packages_digest()};
  if (step == "publish") {
    result.publish = api::PublishResult{.digest = base::sha256_digest("image"),
                                        .size_bytes = 1000,
                                        .uncompressed_bytes = 3000,
                                        .layers = 1,
                                        .pushed_bytes = 1000,
                                        .reused_bytes = 0,
                                        .platform = "linux/amd64"};
  }
  return result;
}

/// A build that makes an image only if its packages change, of which one has the same digest as all.
api::StepResult unchanged_result() {
  api::StepResult result;
  result.outcome = api::Outcome::Unchanged;
  return result;
}

bool makes_nothing(const Json& pod) {
  const auto plan = base::parse_json(pod["metadata"]["annotations"].value("staves.dev/plan", "{}"));
  return plan && plan->value(Json::json_pointer("/unless/packages"), "") == packages_digest();
}

api::StepResult bad_result() {
  api::StepResult result;
  result.outcome = api::Outcome::Failed;
  result.failure = api::Failure{.failure_class = api::FailureClass::KeywordMasked,
                                .package = "app-shells/bash",
                                .phase = "resolve",
                                .message = "masked by ~amd64 keyword",
                                .log_tail = {}};
  return result;
}

api::StepResult stopped_result() {
  api::StepResult result;
  result.outcome = api::Outcome::Stopped;
  return result;
}

Json builder_object(const kube::ObjectKey& key, Json spec) {
  spec["portage"] = {{"snapshot", {{"image", "registry.example/tree@" + base::sha256_digest("tree")}}}};
  spec["cache"] = {{"size", "10Gi"}};
  spec["refreshSeconds"] = 3600;
  return {{"apiVersion", "staves.dev/v1alpha1"},
          {"kind", "StavesBuilder"},
          {"metadata", {{"namespace", key.name_space}, {"name", key.name}}},
          {"spec", std::move(spec)}};
}

}  // namespace

void Farm::apply_builder() {
  cluster_.apply(resource_type(api::stavesbuilder_kind()),
                 builder_object(builder_key, {{"stage3", {{"image", "registry.example/stage3:latest"}}}}));
}

void Farm::apply_made_builder() {
  cluster_.apply(resource_type(api::stavesbuilder_kind()),
                 builder_object(made_builder_key, {{"from", {{"name", builder_key.name}}},
                                                   {"packages", {"@system", "dev-lang/go"}},
                                                   {"image", {{"repository", "registry.example/team-a/made"}}}}));
}

void Farm::change_made_builder(const std::function<void(Json&)>& change) {
  change_object(cluster_, resource_type(api::stavesbuilder_kind()), made_builder_key, change);
}

void Farm::delete_made_builder() {
  cluster_.erase(resource_type(api::stavesbuilder_kind()), made_builder_key);
}

void Farm::apply_image(const std::vector<std::string>& packages) {
  cluster_.apply(resource_type(api::stavesimage_kind()),
                 {{"apiVersion", "staves.dev/v1alpha1"},
                  {"kind", "StavesImage"},
                  {"metadata", {{"namespace", image_key.name_space}, {"name", image_key.name}}},
                  {"spec",
                   {{"builderRef", {{"name", builder_key.name}}},
                    {"packages", packages},
                    {"image", {{"repository", "registry.example/team-a/bash"}}}}}});
}

void Farm::change_image(const std::function<void(Json&)>& change) {
  change_object(cluster_, resource_type(api::stavesimage_kind()), image_key, change);
}

void Farm::change_builder(const std::function<void(Json&)>& change) {
  change_object(cluster_, resource_type(api::stavesbuilder_kind()), builder_key, change);
}

void Farm::apply_foreign_claim(const std::string& name) {
  cluster_.apply(resource_type(api::volume_claim_kind()),
                 {{"metadata", {{"namespace", builder_key.name_space}, {"name", name}}},
                  {"status", {{"phase", "Bound"}, {"capacity", {{"storage", "10Gi"}}}}}});
}

void Farm::multiply_image(int more) {
  const auto type = resource_type(api::stavesimage_kind());
  const Json model = image();
  for (int number = 1; number <= more; ++number) {
    const kube::ObjectKey key{image_key.name_space, image_key.name + "-" + std::to_string(number)};
    cluster_.apply(type, {{"apiVersion", model["apiVersion"]},
                          {"kind", model["kind"]},
                          {"metadata", {{"namespace", key.name_space}, {"name", key.name}}},
                          {"spec", model["spec"]}});
    cluster_.edit(type, key, [&](Json& object) { object["status"] = model["status"]; });
  }
}

void Farm::apply_images(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    cluster_.apply(resource_type(api::stavesimage_kind()),
                   {{"apiVersion", "staves.dev/v1alpha1"},
                    {"kind", "StavesImage"},
                    {"metadata", {{"namespace", image_key.name_space}, {"name", name}}},
                    {"spec",
                     {{"builderRef", {{"name", builder_key.name}}},
                      {"packages", {"app-misc/" + name}},
                      {"image", {{"repository", "registry.example/team-a/" + name}}}}}});
  }
}

void Farm::change_image(const std::string& name, const std::function<void(Json&)>& change) {
  change_object(cluster_, resource_type(api::stavesimage_kind()), {image_key.name_space, name}, change);
}

void Farm::delete_image(const std::string& name) {
  cluster_.erase(resource_type(api::stavesimage_kind()), {image_key.name_space, name});
}

void Farm::delete_image() {
  cluster_.erase(resource_type(api::stavesimage_kind()), image_key);
}

void Farm::bind_claims() {
  const auto type = resource_type(api::volume_claim_kind());
  for (const Json& claim : cluster_.objects(type)) {
    cluster_.edit(type, key_in(claim),
                  [](Json& object) { object["status"] = {{"phase", "Bound"}, {"capacity", {{"storage", "10Gi"}}}}; });
  }
}

void Farm::make_pods() {
  const auto pod_type = resource_type(api::pod_kind());
  const auto pods = cluster_.objects(pod_type);
  for (const Json& job : jobs()) {
    const bool has_pod = std::ranges::any_of(pods, [&](const Json& pod) { return is_owned_by(pod, job); });
    if (has_ended(job) || has_pod || job["spec"].value("suspend", false)) continue;
    Json metadata = job["spec"]["template"]["metadata"];
    const std::string job_name = job["metadata"]["name"].get<std::string>();
    metadata["namespace"] = job["metadata"]["namespace"];
    metadata["name"] = job_name + "-" + std::to_string(++pods_made_);
    metadata["ownerReferences"] = {
        {{"kind", "Job"}, {"name", job_name}, {"uid", job["metadata"]["uid"]}, {"controller", true}}};
    cluster_.apply(pod_type, {{"kind", "Pod"},
                              {"metadata", std::move(metadata)},
                              {"spec", job["spec"]["template"]["spec"]},
                              {"status", {{"phase", "Pending"}}}});
  }
}

void Farm::run_pods() {
  const auto type = resource_type(api::pod_kind());
  const std::string now = base::to_rfc3339(clock_->now());
  for (const Json& pod : cluster_.objects(type)) {
    if (pod["status"]["phase"] != "Pending") continue;
    cluster_.edit(type, key_in(pod), [&](Json& object) {
      object["status"]["phase"] = "Running";
      Json statuses = Json::array();
      for (const Json& container : object["spec"]["containers"]) {
        const bool has_ended = container["name"] == "sources";
        const Json ended{{"exitCode", 0},
                         {"reason", "Completed"},
                         {"startedAt", now},
                         {"finishedAt", now},
                         {"message", api::to_json(good_result("sources"))}};
        const Json state = has_ended ? Json{{"terminated", ended}} : Json{{"running", {{"startedAt", now}}}};
        statuses.push_back({{"name", container["name"]}, {"state", state}});
      }
      object["status"]["containerStatuses"] = std::move(statuses);
    });
  }
}

void Farm::end_containers(Json& pod, const std::string& failed_step) {
  const std::string now = base::to_rfc3339(clock_->now());
  const bool unchanged = makes_nothing(pod);
  bool after_failure = false;
  for (Json& container : pod["status"]["containerStatuses"]) {
    const std::string name = container["name"].get<std::string>();
    const bool fails = name == failed_step;
    const api::StepResult result = fails           ? bad_result()
                                   : after_failure ? stopped_result()
                                   : unchanged     ? unchanged_result()
                                                   : good_result(name);
    const int code = fails ? 10 : after_failure ? 12 : 0;
    after_failure = after_failure || fails;
    const Json started = container.value(Json::json_pointer("/state/running/startedAt"), Json(now));
    container["state"] = {{"terminated",
                           {{"exitCode", code},
                            {"reason", code == 0 ? "Completed" : "Error"},
                            {"startedAt", started},
                            {"finishedAt", now},
                            {"message", api::to_json(result)}}}};
  }
  pod["status"]["phase"] = after_failure ? "Failed" : "Succeeded";
}

void Farm::end_jobs(const char* condition, const char* reason, const std::string& of_image) {
  const auto type = resource_type(api::job_kind());
  for (const Json& job : jobs()) {
    const bool is_meant = of_image.empty() || image_name_of(job) == of_image;
    if (has_ended(job) || !is_meant) continue;
    cluster_.edit(type, key_in(job), [&](Json& object) {
      object["status"]["conditions"] = {{{"type", condition},
                                         {"status", "True"},
                                         {"reason", reason},
                                         {"message", ""},
                                         {"lastTransitionTime", base::to_rfc3339(clock_->now())}}};
    });
  }
}

void Farm::succeed() {
  const auto type = resource_type(api::pod_kind());
  for (const Json& pod : cluster_.objects(type)) {
    if (pod["status"]["phase"] != "Running") continue;
    cluster_.edit(type, key_in(pod), [&](Json& object) { end_containers(object, {}); });
  }
  end_jobs("Complete", "CompletionsReached");
}

void Farm::succeed(const std::string& name) {
  const auto type = resource_type(api::pod_kind());
  make_pods();
  run_pods();
  for (const Json& pod : cluster_.objects(type)) {
    if (pod["status"]["phase"] != "Running" || image_name_of(pod) != name) continue;
    cluster_.edit(type, key_in(pod), [&](Json& object) { end_containers(object, {}); });
  }
  end_jobs("Complete", "CompletionsReached", name);
}

void Farm::fail_for_good() {
  const auto type = resource_type(api::pod_kind());
  for (const Json& pod : cluster_.objects(type)) {
    if (pod["status"]["phase"] != "Running") continue;
    cluster_.edit(type, key_in(pod), [&](Json& object) { end_containers(object, "emerge"); });
  }
  end_jobs("Failed", "PodFailurePolicy");
}

void Farm::delete_pods() {
  const auto type = resource_type(api::pod_kind());
  for (const Json& pod : cluster_.objects(type)) cluster_.erase(type, key_in(pod));
}

void Farm::delete_jobs() {
  const auto type = resource_type(api::job_kind());
  for (const Json& job : jobs()) cluster_.erase(type, key_in(job));
}

void Farm::set_suspended(bool suspended) {
  for (const Json& job : jobs()) {
    if (has_ended(job)) continue;
    cluster_.edit(resource_type(api::job_kind()), key_in(job),
                  [&](Json& object) { object["spec"]["suspend"] = suspended; });
  }
}

void Farm::resume_jobs() {
  set_suspended(false);
}

void Farm::suspend_jobs() {
  set_suspended(true);
  delete_pods();
}

void Farm::print_progress(const api::Progress& progress) {
  for (const Json& pod : cluster_.objects(resource_type(api::pod_kind()))) {
    cluster_.set_log(key_in(pod), api::to_json(progress) + "\n");
  }
}

std::vector<Json> Farm::jobs() const {
  return cluster_.objects(resource_type(api::job_kind()));
}
Json Farm::image() const {
  return cluster_.object(resource_type(api::stavesimage_kind()), image_key);
}
Json Farm::image(const std::string& name) const {
  return cluster_.object(resource_type(api::stavesimage_kind()), {image_key.name_space, name});
}
std::vector<std::string> Farm::building() const {
  std::vector<std::string> names;
  for (const Json& job : jobs()) {
    if (!has_ended(job)) names.push_back(image_name_of(job));
  }
  std::ranges::sort(names);
  return names;
}
Json Farm::builder() const {
  return cluster_.object(resource_type(api::stavesbuilder_kind()), builder_key);
}

Json Farm::made_builder() const {
  return cluster_.object(resource_type(api::stavesbuilder_kind()), made_builder_key);
}
Json Farm::image_of_made_builder() const {
  const Json builder = made_builder();
  for (const Json& image : cluster_.objects(resource_type(api::stavesimage_kind()))) {
    if (image["metadata"].contains("ownerReferences") && is_owned_by(image, builder)) return image;
  }
  return nullptr;
}

std::string Farm::ready() const {
  return condition_of(image(), "Ready");
}
std::string Farm::ready(const std::string& name) const {
  return condition_of(image(name), "Ready");
}
std::string Farm::cache_ready() const {
  return condition_of(builder(), "CacheReady");
}

}  // namespace staves::scenario
