#include "api/build_job.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using base::Json;

Json object_with(const char* rest) {
  Json object = Json::parse(rest);
  object["metadata"] = Json::parse(R"({"namespace": "team-a", "name": "bash-1-0a1b2c3d", "uid": "u-1",
      "ownerReferences": [{"uid": "u-8", "name": "other"}, {"uid": "u-9", "name": "bash", "controller": true}],
      "deletionTimestamp": "2026-05-01T12:00:00Z"})");
  return object;
}

TEST(BuildJob, KnowsItsOwnerAndThatItGoes) {
  const auto job = parse_build_job(object_with("{}"));
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(job->meta.owner_uid, "u-9");
  EXPECT_EQ(job->meta.owner_name, "bash");
  EXPECT_TRUE(job->meta.deleting);
  EXPECT_FALSE(job->complete || job->has_failed);
}

TEST(BuildJob, HasFailedAsSoonAsItsEndIsDecided) {
  const auto job = parse_build_job(object_with(R"({"status": {"active": 1, "failed": 2, "conditions": [
      {"type": "Suspended", "status": "True"}, {"type": "Failed", "status": "False"},
      {"type": "FailureTarget", "status": "True", "reason": "PodFailurePolicy", "message": "exit code 10"}]}})"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->active, 1);
  EXPECT_EQ(job->failed, 2);
  EXPECT_TRUE(job->has_failed);
  EXPECT_FALSE(job->complete);
  EXPECT_EQ(job->failure_reason, "PodFailurePolicy");
  EXPECT_EQ(job->failure_message, "exit code 10");
}

TEST(BuildJob, KnowsHowLongItMayTakeAndSinceWhenItHasEnded) {
  const auto job = parse_build_job(object_with(R"({"spec": {"activeDeadlineSeconds": 90}, "status": {"conditions": [
      {"type": "Failed", "status": "True", "reason": "DeadlineExceeded", "lastTransitionTime": "2026-05-01T12:00:09Z"},
      {"type": "FailureTarget", "status": "True", "lastTransitionTime": "2026-05-01T12:00:05Z"}]}})"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->timeout_seconds, 90);
  ASSERT_TRUE(job->ended_since);
  EXPECT_EQ(base::to_rfc3339(*job->ended_since), "2026-05-01T12:00:05Z");
}

TEST(BuildJob, KnowsWhoMayHaveSuspendedItAndSinceWhenItMayHavePods) {
  Json object = object_with(R"({"spec": {"suspend": true}, "status": {}})");
  object["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] = "builds";
  auto job = parse_build_job(object);
  ASSERT_TRUE(job);
  EXPECT_TRUE(job->suspended);
  EXPECT_EQ(job->queue_name, "builds");
  EXPECT_EQ(job->started, std::nullopt);
  object["spec"]["suspend"] = false;
  object["status"]["startTime"] = "2026-05-01T12:00:05Z";
  job = parse_build_job(object);
  ASSERT_TRUE(job);
  EXPECT_FALSE(job->suspended);
  EXPECT_EQ(job->started, base::parse_rfc3339("2026-05-01T12:00:05Z").value());
}

TEST(BuildJob, IsCompleteAsSoonAsItsEndIsDecided) {
  for (const std::string type : {"SuccessCriteriaMet", "Complete"}) {
    const auto job = parse_build_job(
        object_with((R"({"status": {"conditions": [{"type": ")" + type + R"(", "status": "True"}]}})").c_str()));
    EXPECT_TRUE(job->complete) << type;
    EXPECT_FALSE(job->has_failed) << type;
  }
}

TEST(BuildPod, ListsContainersInTheOrderOfTheSpecWithTheirStates) {
  const auto pod = parse_build_pod(object_with(R"({
    "spec": {"nodeName": "n1", "initContainers": [{"name": "tools"}], "containers": [{"name": "sources"}, {"name": "emerge"}, {"name": "publish"}]},
    "status": {"phase": "Running", "initContainerStatuses": [{"name": "tools", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}],
      "containerStatuses": [
        {"name": "publish", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}},
        {"name": "emerge", "state": {"running": {"startedAt": "2026-05-01T12:00:00Z"}}},
        {"name": "sources", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "message": "{}", "startedAt": "2026-05-01T12:00:00Z", "finishedAt": "2026-05-01T12:00:09Z"}}}]}})"));
  ASSERT_TRUE(pod) << pod.error().message;
  EXPECT_EQ(pod->node_name, "n1");
  ASSERT_EQ(pod->containers.size(), 4U);
  EXPECT_EQ(pod->containers[0].name, "tools");
  EXPECT_EQ(pod->containers[0].exit_code, 0);
  const auto& sources = pod->containers[1];
  EXPECT_EQ(sources.exit_code, 137);
  EXPECT_EQ(sources.terminated_reason, "OOMKilled");
  EXPECT_EQ(sources.message, "{}");
  EXPECT_EQ(*sources.finished - *sources.started, std::chrono::seconds(9));
  EXPECT_TRUE(pod->containers[2].started);
  EXPECT_FALSE(pod->containers[2].exit_code || pod->containers[2].finished);
  EXPECT_EQ(pod->containers[3].waiting_reason, "ImagePullBackOff");
  EXPECT_EQ(pod->containers[3].waiting_message, "no such image");
}

TEST(BuildPod, SaysWhyItIsNotScheduledOrWasDisrupted) {
  const auto pod = parse_build_pod(object_with(
      R"({"spec": {"containers": [{"name": "emerge"}]}, "status": {"phase": "Failed", "reason": "Evicted", "message": "low on disk", "conditions": [
      {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available"},
      {"type": "DisruptionTarget", "status": "True"}]}})"));
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->unschedulable, "0/1 nodes are available");
  EXPECT_TRUE(pod->disrupted);
  EXPECT_EQ(pod->reason, "Evicted");
  EXPECT_EQ(pod->message, "low on disk");
  ASSERT_EQ(pod->containers.size(), 1U);
  EXPECT_FALSE(pod->containers[0].exit_code);
}

TEST(VolumeClaim, HasACapacityOnceItIsBound) {
  const auto claim =
      parse_volume_claim(object_with(R"({"status": {"phase": "Bound", "capacity": {"storage": "50Gi"}}})"));
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->phase, "Bound");
  EXPECT_EQ(claim->capacity, "50Gi");
}

TEST(BuildJob, IsRefusedWhenItsStatusIsNone) {
  EXPECT_EQ(parse_build_job(object_with(R"({"status": []})")).error().message, "status must be an object");
  EXPECT_EQ(parse_build_pod(object_with(R"({"status": {"conditions": {}}})")).error().code, "MalformedObject");
  EXPECT_EQ(parse_volume_claim(Json::array()).error().code, "MalformedObject");
}

}  // namespace
}  // namespace staves::api
