#include "api/stavesimage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using base::Json;
using namespace std::chrono_literals;

const base::TimePoint noon = base::parse_rfc3339("2026-05-01T12:00:00Z").value();
const std::string digest = "sha256:" + std::string(64, 'd');

Json smallest_object() {
  return Json::parse(R"({
    "metadata": {"namespace": "team-a", "name": "bash", "uid": "u-1", "resourceVersion": "7", "generation": 3,
                 "creationTimestamp": "2026-05-01T12:00:00Z",
                 "labels": {"staves.dev/tier": "x", "app": "y"}, "annotations": {"staves.dev/rebuild": "1", "kubectl": "z"}},
    "spec": {"builderRef": {"name": "glibc"}, "packages": ["app-shells/bash"], "image": {"repository": "r.example/bash"}}})");
}

TEST(StavesImage, FillsInEveryDefaultOfASmallSpec) {
  const auto image = parse_stavesimage(smallest_object());
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_FALSE(image->invalid);
  EXPECT_EQ(image->meta.generation, 3);
  EXPECT_EQ(image->meta.created, noon);
  EXPECT_EQ(image->rebuild, "1");
  StavesImageSpec expected;
  expected.builder_name = "glibc";
  expected.packages = {"app-shells/bash"};
  expected.image.repository = "r.example/bash";
  expected.image.tags = {"latest"};
  EXPECT_EQ(image->spec, expected);
  EXPECT_EQ(image->status, StavesImageStatus{});
}

TEST(StavesImage, SaysWhichFieldOfTheSpecCannotBeRead) {
  const auto invalid = [](const char* pointer, const Json& value) {
    Json object = smallest_object();
    object[Json::json_pointer(pointer)] = value;
    const auto image = parse_stavesimage(object);
    if (!image || !image->invalid) return std::string("accepted");
    EXPECT_EQ(image->invalid->code, "InvalidSpec");
    EXPECT_EQ(image->invalid->retry, base::Retry::when_spec_changes());
    return image->invalid->message;
  };
  EXPECT_EQ(invalid("/spec", nullptr), "spec.builderRef.name must be set");
  EXPECT_EQ(invalid("/spec", "text"), "spec must be an object");
  EXPECT_EQ(invalid("/spec/builderRef", Json::array()), "spec.builderRef must be an object");
  EXPECT_EQ(invalid("/spec/packages", Json::array()), "spec.packages must be a list of at least one package");
  EXPECT_EQ(invalid("/spec/image/repository", 7), "spec.image.repository must be a string");
  EXPECT_EQ(invalid("/spec/build", {{"timeoutSeconds", 59}}),
            "spec.build.timeoutSeconds must be an integer between 60 and 604800");
  EXPECT_EQ(invalid("/spec/build", {{"retries", 1.5}}), "spec.build.retries must be an integer between 0 and 10");
  EXPECT_EQ(invalid("/spec/build", {{"resources", "much"}}), "spec.build.resources must be an object or a list");
  EXPECT_EQ(invalid("/spec/history", {{"failed", 21}}), "spec.history.failed must be an integer between 0 and 20");
  EXPECT_EQ(invalid("/spec/suspend", "no"), "spec.suspend must be true or false");
  EXPECT_EQ(invalid("/spec/toolchainLibraries", {{"mode", "Some"}}),
            "spec.toolchainLibraries.mode must be one of Auto, Always, Never");
  EXPECT_EQ(invalid("/spec/config", {{"env", {"A=B"}}}), "spec.config.env[0] must be an object");
  EXPECT_EQ(invalid("/spec/environments", {{{"name", "a"}}, {{"makeConf", Json::object()}}}),
            "spec.environments[1].name must be set");
  EXPECT_EQ(
      invalid("/spec/makeConf", {{"A=1\nB", "x"}}),
      "spec.makeConf[A=1?B] must be named by upper-case letters, digits and _, begin with a letter and have at most "
      "64 characters");
  EXPECT_EQ(
      invalid("/spec/environments", {{{"name", "../../passwd"}}}),
      "spec.environments[0].name must be the name of an environment: letters, digits, _, . and -, with a letter or a "
      "digit first");
  EXPECT_EQ(invalid("/spec/locale", {{"charset", "UTF-8"}}), "spec.locale.name must be set");
  EXPECT_EQ(invalid("/spec/locale", {{"name", "../passwd"}}),
            "spec.locale.name must be a locale such as de_DE.UTF-8, en_GB or C.UTF-8");
  EXPECT_EQ(invalid("/spec/locale", {{"name", "de_DE"}, {"charset", "-x"}}),
            "spec.locale.charset must be a character set such as UTF-8");
  EXPECT_EQ(
      invalid("/spec/image/keep", {"headers", "everything"}),
      "spec.image.keep must be a list of headers, documents, translations, portageState and portageConfiguration");
  EXPECT_EQ(invalid("/spec/test", Json::object()), "spec.test.command must be a list that begins with a program");
  EXPECT_EQ(invalid("/spec/test", {{"command", {""}}}), "spec.test.command must be a list that begins with a program");
  EXPECT_EQ(invalid("/spec/test", {{"command", {"/bin/true"}}, {"timeoutSeconds", 3601}}),
            "spec.test.timeoutSeconds must be an integer between 1 and 3600");
  EXPECT_EQ(invalid("/spec/suspend", true), "accepted");
}

TEST(StavesImage, IsRefusedOnlyWhenItsMetadataIsUnusable) {
  for (const char* member : {"name", "namespace", "uid"}) {
    Json object = smallest_object();
    object["metadata"].erase(member);
    const auto image = parse_stavesimage(object);
    ASSERT_FALSE(image) << member;
    EXPECT_EQ(image.error().code, "MalformedObject");
    EXPECT_EQ(image.error().message, "metadata." + std::string(member) + " must be set");
  }
  EXPECT_FALSE(parse_stavesimage(Json("text")));
}

/// A status in which every member differs from its default.
StavesImageStatus full_status() {
  StavesImageStatus status;
  status.observed_generation = 7;
  status.conditions = {{.type = "Ready",
                        .status = ConditionStatus::True,
                        .reason = "Built",
                        .message = "built",
                        .observed_generation = 7,
                        .last_transition_time = noon}};
  status.image = BuiltImage{.reference = "r/bash@" + digest,
                            .digest = digest,
                            .size_bytes = 1,
                            .uncompressed_bytes = 2,
                            .layers = 3,
                            .packages = 4,
                            .left_out = {.files = 5, .bytes = 6},
                            .platform = "linux/amd64",
                            .tags = {"latest"},
                            .inputs_digest = digest,
                            .packages_digest = digest,
                            .pushed_time = noon};
  status.build.number = 12;
  status.build.attempt = 2;
  status.build.job_name = "bash-12-0a1b2c3d";
  status.build.job_uid = "u-2";
  status.build.reasons = {
      {.reason = BuildReason::Spec, .changes = {{.path = "packages", .was = "null", .is = "[\"a/b\"]"}}}};
  status.build.inputs = {.digest = digest,
                         .builder_name = "glibc",
                         .stage3 = "s@" + digest,
                         .tree = "t@" + digest,
                         .live = {{.package = "a/b-9999", .revision = "0a1b"}, {.package = "a/c-9999", .revision = ""}},
                         .toolchain = Toolchain{.arch = "amd64", .libc = "musl-1.2.5"},
                         .repositories = {{.name = "ours", .revision = std::string(40, 'a')}},
                         .document = "{}",
                         .settings = digest};
  status.build.queued_time = noon - 60s;
  status.build.queue = QueuePosition{.position = 3, .length = 7, .time = noon};
  status.build.start_time = noon;
  status.build.completion_time = noon + 90s;
  status.build.step = Step::Done;
  status.build.only_if_packages_change = true;
  status.build.packages_unchanged = true;
  status.build.waiting = "no node";
  status.build.progress = Progress{.total = 4, .done = 3, .from_cache = 2, .compiled = 1, .current = "a/b (compile)"};
  status.build.metrics = BuildMetrics{.queue_seconds = 1,
                                      .steps = {{"emerge/resolve", 0.8}},
                                      .compiled_packages = 1,
                                      .cached_packages = 2,
                                      .pushed_bytes = 3,
                                      .reused_bytes = 4,
                                      .cache = CacheCensus{.used_bytes = 5, .packages = 6}};
  status.build.cancelled = true;
  status.build.warnings = {{.package = "a/b", .phase = "setup", .message = "careful"}};
  status.build.failure = Failure{.failure_class = FailureClass::CompileFailed,
                                 .package = "a/b",
                                 .phase = "compile",
                                 .message = "broke",
                                 .log_tail = "tail"};
  status.history = {{.number = 11,
                     .reasons = {"First"},
                     .succeeded = true,
                     .digest = digest,
                     .failure_class = "",
                     .seconds = 60,
                     .completion_time = noon},
                    {.number = 10,
                     .reasons = {"Retry"},
                     .succeeded = false,
                     .digest = "",
                     .failure_class = "Evicted",
                     .seconds = 5,
                     .completion_time = noon}};
  status.history.push_back({.number = 9,
                            .reasons = {"Spec"},
                            .succeeded = false,
                            .cancelled = true,
                            .digest = "",
                            .failure_class = "",
                            .seconds = 1,
                            .completion_time = noon});
  status.last_trigger = "1";
  return status;
}

TEST(StavesImage, RemembersEverythingOfItsStatus) {
  Json object = smallest_object();
  object["status"] = to_json(full_status());
  const auto image = parse_stavesimage(object);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->status, full_status());
  EXPECT_EQ(to_json(image->status), object["status"]);
}

TEST(StavesImage, LeavesEmptyMembersOfTheStatusOut) {
  EXPECT_EQ(to_json(StavesImageStatus{}), Json::object());
  StavesImageStatus first;
  first.build.number = 1;
  EXPECT_EQ(to_json(first), Json::parse(R"({"build": {"number": 1, "attempt": 1, "step": "Pending"}})"));
}

TEST(StavesImage, WritesTheStatusInTheShapeOfTheApi) {
  const Json status = to_json(full_status());
  EXPECT_EQ(status["image"]["platforms"],
            Json::parse(R"([{"platform": "linux/amd64", "digest": ")" + digest + R"(", "sizeBytes": 1}])"));
  EXPECT_EQ(status["image"]["shortDigest"], "dddddddddddd");
  EXPECT_EQ(status["build"]["jobRef"], Json::parse(R"({"name": "bash-12-0a1b2c3d", "uid": "u-2"})"));
  EXPECT_EQ(status["build"]["inputs"]["builder"]["name"], "glibc");
  EXPECT_EQ(status["build"]["progress"]["packagesTotal"], 4);
  EXPECT_EQ(status["build"]["metrics"]["steps"], Json::parse(R"([{"name": "emerge/resolve", "seconds": 0.8}])"));
  EXPECT_EQ(status["build"]["startTime"], "2026-05-01T12:00:00Z");
  EXPECT_EQ(status["history"][1]["result"], "Failed");
}

TEST(StavesImage, ReadsABrokenStatusAsFarAsItGoes) {
  Json object = smallest_object();
  object["status"] = Json::parse(R"({"observedGeneration": "x", "conditions": [7, {"type": "Ready", "status": "Maybe"}],
                                     "build": {"number": 3, "startTime": "yesterday"}, "history": {}})");
  const auto image = parse_stavesimage(object);
  ASSERT_TRUE(image);
  EXPECT_FALSE(image->invalid);
  EXPECT_EQ(image->status.build.number, 3);
  EXPECT_EQ(image->status.build.start_time, std::nullopt);
}

}  // namespace
}  // namespace staves::api
