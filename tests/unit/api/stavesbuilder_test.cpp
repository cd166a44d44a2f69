#include "api/stavesbuilder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using base::Json;

Json smallest_object() {
  return Json::parse(R"({
    "metadata": {"namespace": "team-a", "name": "glibc", "uid": "u-1"},
    "spec": {"stage3": {"image": "docker.io/gentoo/stage3:latest"}, "portage": {"snapshot": {"image": "docker.io/gentoo/portage:latest"}}}})");
}

TEST(StavesBuilder, FillsInEveryDefaultOfASmallSpec) {
  const auto builder = parse_stavesbuilder(smallest_object());
  ASSERT_TRUE(builder) << builder.error().message;
  EXPECT_FALSE(builder->invalid);
  StavesBuilderSpec expected;
  expected.stage3_image = "docker.io/gentoo/stage3:latest";
  expected.snapshot_image = "docker.io/gentoo/portage:latest";
  EXPECT_EQ(builder->spec, expected);
}

TEST(StavesBuilder, KeepsPodSettingsAsTheApiServerGaveThem) {
  Json object = smallest_object();
  object["spec"]["pod"] =
      Json::parse(R"({"tolerations": [{"operator": "Exists"}], "nodeSelector": {"disk": "fast"}, "labels": {},
                                          "runtimeClassName": "gvisor", "imagePullSecrets": [{"name": "pull"}]})");
  const auto builder = parse_stavesbuilder(object);
  ASSERT_TRUE(builder);
  EXPECT_EQ(builder->spec.pod.tolerations, R"([{"operator":"Exists"}])");
  EXPECT_EQ(builder->spec.pod.node_selector, R"({"disk":"fast"})");
  EXPECT_EQ(builder->spec.pod.labels, "");
  EXPECT_EQ(builder->spec.pod.runtime_class_name, "gvisor");
  object["spec"]["pod"].erase("labels");
  EXPECT_EQ(to_json(builder->spec)["pod"], object["spec"]["pod"]);
}

TEST(StavesBuilder, ReadsWhomItTrustsAndItsProxy) {
  Json object = smallest_object();
  object["spec"]["trust"] = {{"caBundle", {{"configMapRef", {{"name", "roots"}}}}}};
  object["spec"]["proxy"] = {{"https", "http://proxy.example:3128"}, {"noProxy", ".svc,10.0.0.0/8"}};
  const auto builder = parse_stavesbuilder(object);
  ASSERT_FALSE(builder->invalid) << builder->invalid->message;
  EXPECT_EQ(builder->spec.ca_bundle, (CaBundle{"roots", "ca.crt"}));
  EXPECT_EQ(builder->spec.proxy, (Proxy{"", "http://proxy.example:3128", ".svc,10.0.0.0/8"}));
  object["spec"]["trust"]["caBundle"]["configMapRef"]["key"] = "ca.crt";
  EXPECT_EQ(to_json(builder->spec)["trust"], object["spec"]["trust"]);
  EXPECT_EQ(to_json(builder->spec)["proxy"], object["spec"]["proxy"]);
}

TEST(StavesBuilder, TakesNoProxyWithALoginBecauseEverybodyCouldReadIt) {
  for (const char* proxy : {"http://user:secret@proxy.example:3128", "proxy.example:3128", "https://proxy.example:1",
                            "http://proxy.example", "http://proxy.example:70000", "http://:3128"}) {
    Json object = smallest_object();
    object["spec"]["proxy"] = {{"http", proxy}};
    ASSERT_TRUE(parse_stavesbuilder(object)->invalid) << proxy;
    EXPECT_EQ(
        parse_stavesbuilder(object)->invalid->message,
        "spec.proxy.http must be http:// with a host and a port such as http://proxy.example:3128, without a login");
  }
}

TEST(StavesBuilder, SaysWhichFieldOfTheSpecCannotBeRead) {
  Json object = smallest_object();
  object["spec"]["portage"]["packageConfig"] = Json::parse(R"([{"atom": "a/b", "use": "x"}])");
  EXPECT_EQ(parse_stavesbuilder(object)->invalid->message,
            "spec.portage.packageConfig[0].use must be a list of strings");
  object = smallest_object();
  object["spec"]["cache"]["accessMode"] = "ReadOnlyMany";
  EXPECT_EQ(parse_stavesbuilder(object)->invalid->message,
            "spec.cache.accessMode must be one of ReadWriteOnce, ReadWriteMany, ReadWriteOncePod");
  object = smallest_object();
  object["spec"].erase("stage3");
  EXPECT_EQ(parse_stavesbuilder(object)->invalid->message, "spec.stage3.image must be set");
}

TEST(StavesBuilder, HasItsStage3FromAnotherOneAndPackages) {
  Json object = smallest_object();
  object["spec"].erase("stage3");
  object["spec"]["from"] = {{"name", "base"}};
  const auto plain = parse_stavesbuilder(object);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->invalid) << plain->invalid->message;
  EXPECT_EQ(plain->spec.from, "base");
  EXPECT_FALSE(to_json(plain->spec).contains("stage3"));
  object["spec"]["packages"] = {"@system", "dev-lang/go"};
  EXPECT_EQ(parse_stavesbuilder(object)->invalid->message, "spec.image.repository must be set");
  object["spec"]["image"] = {{"repository", "registry.example/team-a/go"}};
  const auto made = parse_stavesbuilder(object);
  EXPECT_FALSE(made->invalid) << made->invalid->message;
  EXPECT_EQ(made->spec.image.tags, std::vector<std::string>{"latest"});
  object["spec"]["packages"] = {"@world"};
  EXPECT_THAT(parse_stavesbuilder(object)->invalid->message,
              testing::HasSubstr("spec.packages[0] must be another set"));
}

TEST(StavesBuilder, RefusesPackagesThatNobodyBuildsAndAnImageOfNone) {
  Json object = smallest_object();
  object["spec"]["packages"] = {"@system"};
  object["spec"]["image"] = {{"repository", "registry.example/team-a/go"}};
  EXPECT_THAT(parse_stavesbuilder(object)->invalid->message, testing::HasSubstr("spec.from must be set"));
  object["spec"].erase("stage3");
  object["spec"].erase("packages");
  object["spec"]["from"] = {{"name", "base"}};
  EXPECT_EQ(parse_stavesbuilder(object)->invalid->message, "spec.packages must be set where image is");
}

TEST(StavesBuilder, RemembersEverythingOfItsStatus) {
  StavesBuilderStatus status;
  status.observed_generation = 2;
  status.conditions = {{.type = "Ready",
                        .status = ConditionStatus::False,
                        .reason = "LookingUp",
                        .message = "m",
                        .observed_generation = 2,
                        .last_transition_time = base::parse_rfc3339("2026-05-01T12:00:00Z").value()}};
  status.stage3 = ResolvedImage{.reference = "s:latest", .digest = "sha256:1"};
  status.tree = ResolvedImage{.reference = "t:latest", .digest = "sha256:2"};
  status.cache_claim_name = "glibc-cache";
  status.cache_capacity = "50Gi";
  status.builds = {.running = 1,
                   .queued = 4,
                   .admitted = {{.image = "bash", .uid = "u-2", .number = 12}},
                   .counted_time = base::parse_rfc3339("2026-05-01T12:00:00Z").value()};
  status.cache_use = {.used_bytes = 1,
                      .packages = 2,
                      .hits = 3,
                      .misses = 4,
                      .measured_time = base::parse_rfc3339("2026-05-01T12:00:00Z").value()};
  status.toolchain = {.arch = "amd64",
                      .chost = "x86_64-pc-linux-gnu",
                      .libc = "glibc-2.41",
                      .profile = "default/linux/amd64/23.0",
                      .gcc = "14.3.0",
                      .binutils = "2.44",
                      .portage = "3.0.69"};
  Json object = smallest_object();
  object["status"] = to_json(status);
  EXPECT_EQ(parse_stavesbuilder(object)->status, status);
  EXPECT_EQ(to_json(StavesBuilderStatus{}), Json::object());
}

}  // namespace
}  // namespace staves::api
