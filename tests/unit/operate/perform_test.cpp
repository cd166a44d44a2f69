#include "operate/perform.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/manual_clock.h"

namespace staves::operate {
namespace {

using base::Json;

const WorkKey about{Subject::Image, {"team-a", "bash"}};
const kube::ObjectKey job_key{"team-a", "bash-1-00000000"};

Json job(const std::string& inputs = "sha256:1", const std::string& owner = "uid-of-image") {
  return {{"metadata",
           {{"name", job_key.name},
            {"namespace", job_key.name_space},
            {"labels", {{"app.kubernetes.io/managed-by", "staves"}, {"staves.dev/image", "bash"}}},
            {"annotations", {{"staves.dev/inputs", inputs}}},
            {"ownerReferences", {{{"controller", true}, {"uid", owner}}}}}}};
}

decide::CreateOnce create(const Json& body) {
  return {.object = {api::job_kind(), job_key.name_space, job_key.name, {}}, .body = body.dump()};
}

class Perform : public testing::Test {
 protected:
  base::Done perform(const std::vector<decide::Action>& actions) { return performer_.perform(about, actions, {}); }
  static decide::EmitEvent event() {
    return {{api::stavesimage_kind(), "team-a", "bash", "uid-1"}, true, "BuildFailed", "Build", "it failed"};
  }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  test::FakeCluster cluster_{clock_};
  kube::OwnWrites own_writes_{clock_};
  std::vector<kube::EventNote> events_;
  Performer performer_{cluster_, own_writes_, [this](kube::EventNote note) { events_.push_back(std::move(note)); }};
  const kube::ResourceType jobs_ = resource_type(api::job_kind());
};

TEST_F(Perform, CreatesOnce) {
  EXPECT_TRUE(perform({create(job())}));
  EXPECT_TRUE(perform({create(job())}));
  EXPECT_EQ(cluster_.creations(jobs_), 1);
}

TEST_F(Perform, AnObjectOfTheSameNameThatIsNotOursIsAnError) {
  struct Case {
    const char* what;
    Json existing;
  };
  Json unlabelled = job();
  unlabelled["metadata"].erase("labels");
  for (const auto& [what, existing] : {Case{"another owner", job("sha256:1", "uid-of-another")},
                                       Case{"other inputs", job("sha256:2")}, Case{"no labels", unlabelled}}) {
    cluster_.erase(jobs_, job_key);
    cluster_.apply(jobs_, existing);
    const auto done = perform({create(job())});
    ASSERT_FALSE(done) << what;
    EXPECT_EQ(done.error().code, "NotOurs") << what;
  }
}

TEST_F(Perform, WhatIsOnItsWayOutIsWaitedFor) {
  cluster_.apply(jobs_, job());
  cluster_.edit(jobs_, job_key, [](Json& object) { object["metadata"]["deletionTimestamp"] = "2026-05-01T00:00:00Z"; });
  const auto done = perform({create(job())});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "BeingDeleted");
  EXPECT_EQ(done.error().retry, base::Retry::soon());
}

TEST_F(Perform, DeletesOnlyTheObjectThatWasSeen) {
  cluster_.apply(jobs_, job());
  const std::string uid = cluster_.object(jobs_, job_key)["metadata"]["uid"];
  EXPECT_TRUE(perform({decide::Delete{{api::job_kind(), job_key.name_space, job_key.name, "uid-of-an-earlier-one"}}}));
  EXPECT_FALSE(cluster_.object(jobs_, job_key).is_null());
  const decide::Delete exact{{api::job_kind(), job_key.name_space, job_key.name, uid}};
  EXPECT_TRUE(perform({exact}));
  EXPECT_TRUE(cluster_.object(jobs_, job_key).is_null());
  EXPECT_TRUE(perform({exact})) << "that it is gone is success";
}

TEST_F(Perform, ADeletionThatIsRefusedWhileTheObjectIsThereHasFailed) {
  cluster_.apply(jobs_, job());
  const std::string uid = cluster_.object(jobs_, job_key)["metadata"]["uid"];
  cluster_.break_write(1, test::Fault::Conflict);
  const auto refused = perform({decide::Delete{{api::job_kind(), job_key.name_space, job_key.name, uid}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "Conflict");
}

TEST_F(Perform, WritesAStatusOnlyOverTheVersionThatWasSeen) {
  const auto images = resource_type(api::stavesimage_kind());
  cluster_.apply(images, {{"metadata", {{"namespace", "team-a"}, {"name", "bash"}}}, {"spec", {{"a", 1}}}});
  const api::ObjectRef image{api::stavesimage_kind(), "team-a", "bash", {}};
  const std::string seen = cluster_.object(images, about.object)["metadata"]["resourceVersion"];
  const std::string patch = R"({"status":{"observedGeneration":1}})";
  ASSERT_TRUE(perform({decide::PatchStatus{image, seen, patch}}));
  EXPECT_EQ(cluster_.object(images, about.object)["status"]["observedGeneration"], 1);
  const auto again = perform({decide::PatchStatus{image, seen, R"({"status":{"observedGeneration":2}})"}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "Conflict");
  EXPECT_EQ(cluster_.object(images, about.object)["status"]["observedGeneration"], 1);
}

TEST_F(Perform, ChangesASpecOnlyOverTheVersionThatWasSeen) {
  const auto images = resource_type(api::stavesimage_kind());
  cluster_.apply(images, {{"metadata", {{"namespace", "team-a"}, {"name", "bash"}}}, {"spec", {{"a", 1}, {"b", 1}}}});
  const api::ObjectRef image{api::stavesimage_kind(), "team-a", "bash", {}};
  const std::string seen = cluster_.object(images, about.object)["metadata"]["resourceVersion"];
  ASSERT_TRUE(perform({decide::PatchSpec{image, seen, R"({"spec":{"a":2,"b":null}})"}}));
  const Json changed = cluster_.object(images, about.object);
  EXPECT_EQ(changed["spec"], Json({{"a", 2}}));
  EXPECT_EQ(changed["metadata"]["generation"], 2);
  const auto again = perform({decide::PatchSpec{image, seen, R"({"spec":{"a":3}})"}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "Conflict");
}

TEST_F(Perform, TheFirstFailureEndsTheRound) {
  const decide::PatchStatus lost{{api::stavesimage_kind(), "team-a", "bash", {}}, "1", R"({"status":{}})"};
  EXPECT_FALSE(perform({lost, create(job())}));
  EXPECT_EQ(cluster_.creations(jobs_), 0);
}

TEST_F(Perform, RemembersWhatTheStoresHaveToSee) {
  ASSERT_TRUE(perform({create(job())}));
  const std::string written = cluster_.object(jobs_, job_key)["metadata"]["resourceVersion"];
  EXPECT_FALSE(own_writes_.caught_up(to_text(about), [](const std::string&) { return "1"; }));
  EXPECT_TRUE(own_writes_.caught_up(
      to_text(about), [&](const std::string& kind) { return kind == "Job" ? written : std::string("1"); }));
}

TEST_F(Perform, NothingIsWrittenFromTheMomentTheLeadIsLost) {
  int left = 1;
  Performer performer(
      cluster_, own_writes_, [this](kube::EventNote note) { events_.push_back(std::move(note)); },
      [&left] { return left-- > 0; });
  const auto done = performer.perform(about, std::vector<decide::Action>{event(), create(job()), event()}, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "NotLeading");
  EXPECT_EQ(cluster_.writes(), 0);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(Perform, NothingIsWrittenFromTheMomentTheRoundIsToEnd) {
  std::stop_source stop;
  stop.request_stop();
  const auto done = performer_.perform(about, std::vector<decide::Action>{create(job())}, stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "Cancelled");
  EXPECT_EQ(cluster_.writes(), 0);
}

TEST_F(Perform, EventsAreHandedOn) {
  ASSERT_TRUE(perform({event()}));
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].reason, "BuildFailed");
  EXPECT_EQ(events_[0].type.kind, "StavesImage");
  EXPECT_TRUE(events_[0].warning);
}

}  // namespace
}  // namespace staves::operate
