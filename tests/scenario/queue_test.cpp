#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/play.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;
using test::Fault;
using Names = std::vector<std::string>;

const Names four{"one", "two", "three", "four"};

/// A builder with two places.
void begin(Play& play) {
  play.farm().apply_builder();
  play.settle();
  play.farm().bind_claims();
  play.settle();
}

void set_limit(Play& play, int limit) {
  play.farm().change_builder([&](Json& builder) { builder["spec"]["maxConcurrentBuilds"] = limit; });
}

std::string message_of(Play& play, const std::string& name) {
  const Json image = play.farm().image(name);
  for (const Json& condition : image["status"]["conditions"]) {
    if (condition["type"] == "Ready") return condition["message"].get<std::string>();
  }
  return {};
}

/// Those of the four that wait, by name.
Names waiting_in(Play& play) {
  Names waiting;
  for (const std::string& name : four) {
    if (play.farm().ready(name) == "Unknown/Queued") waiting.push_back(name);
  }
  std::ranges::sort(waiting);
  return waiting;
}

/// Ends one build after the other until none is left; gives the order in which they were begun.
Names build_all(Play& play) {
  Names order;
  for (int turn = 0; turn < 50; ++turn) {
    const Names building = play.farm().building();
    if (building.empty()) return order;
    order.push_back(building.front());
    play.farm().succeed(building.front());
    play.settle();
  }
  return order;
}

TEST(Queue, LetsNoMoreBuildThanTheBuilderSays) {
  Play play;
  begin(play);
  play.farm().apply_images(four);
  play.settle();
  EXPECT_EQ(play.farm().building().size(), 2U);
  play.farm().succeed(play.farm().building().front());
  play.settle();
  EXPECT_EQ(play.farm().building().size(), 2U);
  build_all(play);
  EXPECT_EQ(play.jobs_made(), 4);
  for (const std::string& name : four) EXPECT_EQ(play.farm().ready(name), "True/Built") << name;
}

TEST(Queue, SaysWhoWaitsAndWhereAndWritesThatNowAndThenOnly) {
  Play play;
  begin(play);
  play.farm().apply_images(four);
  play.settle();
  play.pass(3s);
  const Names waiting = waiting_in(play);
  ASSERT_EQ(waiting.size(), 2U) << "the order within a second is that of the names";
  const std::string first = message_of(play, waiting[0]);
  const std::string second = message_of(play, waiting[1]);
  EXPECT_EQ(first, "1st of 2 in the queue of builder glibc: build 1 because nothing was built yet");
  EXPECT_EQ(second, "2nd of 2 in the queue of builder glibc: build 1 because nothing was built yet");
  play.pass(15s);
  const Json builds = play.farm().builder()["status"]["builds"];
  EXPECT_EQ(builds["running"], 2);
  EXPECT_EQ(builds["queued"], 2);
  const int writes = play.cluster().writes();
  for (int minute = 0; minute < 10; ++minute) play.pass(60s);
  EXPECT_EQ(play.cluster().writes(), writes) << "nothing moved";
}

/// Four images that are built, a fifth that has the only place, and then a reason to build all four again.
void change_the_stage3_while_one_image_builds(Play& play) {
  begin(play);
  play.farm().apply_images(four);
  play.settle();
  build_all(play);
  play.farm().apply_images({"busy"});
  set_limit(play, 1);
  play.settle();
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(3601s);
}

TEST(Queue, LetsWhatSomebodyAskedForGoBeforeWhatComesByItself) {
  Play play;
  change_the_stage3_while_one_image_builds(play);
  ASSERT_EQ(play.farm().building(), Names{"busy"}) << "a builder that changes starts nothing beyond its places";
  play.pass(10s);
  play.farm().apply_images({"new"});
  play.settle();
  const Names order = build_all(play);
  ASSERT_EQ(order.size(), 6U);
  EXPECT_EQ(order[1], "new");
}

TEST(Queue, TakesANewLimitWhenItChangesAndEndsNothing) {
  Play play;
  begin(play);
  set_limit(play, 3);
  play.farm().apply_images(four);
  play.settle();
  EXPECT_EQ(play.farm().building().size(), 3U);
  set_limit(play, 1);
  play.settle();
  EXPECT_EQ(play.farm().building().size(), 3U);
  play.farm().succeed(play.farm().building().front());
  play.settle();
  EXPECT_EQ(play.farm().building().size(), 2U);
  set_limit(play, 8);
  play.settle();
  EXPECT_EQ(play.farm().building().size(), 3U);
}

TEST(Queue, GivesThePlaceOfADeletedImageToTheNext) {
  Play play;
  begin(play);
  play.farm().apply_images(four);
  play.settle();
  const std::string gone = play.farm().building().front();
  play.farm().delete_image(gone);
  play.settle();
  int waiting = 0;
  for (const std::string& name : four) waiting += name != gone && play.farm().ready(name) == "Unknown/Queued" ? 1 : 0;
  EXPECT_EQ(waiting, 1);
}

TEST(Queue, IsLeftByASuspendedImageAndEnteredAgain) {
  Play play;
  begin(play);
  play.farm().apply_images(four);
  play.settle();
  const std::string waits = waiting_in(play).front();
  play.farm().change_image(waits, [](Json& image) { image["spec"]["suspend"] = true; });
  play.settle();
  EXPECT_EQ(play.farm().ready(waits), "False/Suspended");
  build_all(play);
  EXPECT_EQ(play.jobs_made(), 3);
  play.farm().change_image(waits, [](Json& image) { image["spec"]["suspend"] = false; });
  play.settle();
  build_all(play);
  EXPECT_EQ(play.farm().ready(waits), "True/Built");
}

TEST(Queue, IsNotHeldUpByAJobThatTheServerFindsInvalid) {
  Play play;
  begin(play);
  set_limit(play, 1);
  play.cluster().refuse_creations("jobs", base::Error{"Invalid", "spec", base::Retry::when_spec_changes()});
  play.farm().apply_images({"bad"});
  play.settle();
  EXPECT_EQ(play.farm().ready("bad"), "False/InvalidSpec");
  play.cluster().refuse_creations("jobs", std::nullopt);
  play.farm().apply_images({"good"});
  play.settle();
  EXPECT_EQ(play.farm().building(), Names{"good"});
  play.farm().change_image("bad", [](Json& image) { image["spec"]["build"]["timeoutSeconds"] = 600; });
  play.settle();
  EXPECT_EQ(play.farm().ready("bad"), "Unknown/Queued");
  build_all(play);
  EXPECT_EQ(play.farm().ready("bad"), "True/Built");
}

TEST(Queue, CountsBuildsOfAnOperatorThatHadNoLimit) {
  Play play;
  begin(play);
  set_limit(play, 8);
  play.farm().apply_images(four);
  play.settle();
  ASSERT_EQ(play.farm().building().size(), 4U);
  const auto type = operate::resource_type(api::stavesbuilder_kind());
  play.cluster().edit(type, {"team-a", "glibc"}, [](Json& builder) { builder["status"].erase("builds"); });
  set_limit(play, 2);
  play.restart();
  play.farm().apply_images({"new"});
  play.settle();
  EXPECT_EQ(play.farm().ready("new"), "Unknown/Queued");
  play.farm().succeed("one");
  play.farm().succeed("two");
  play.settle();
  EXPECT_EQ(play.farm().ready("new"), "Unknown/Queued");
  play.farm().succeed("three");
  play.settle();
  EXPECT_EQ(play.farm().ready("new"), "Unknown/Building");
}

void cancel(Play& play, const std::string& name, int number) {
  play.farm().change_image(
      name, [&](Json& image) { image["metadata"]["annotations"]["staves.dev/cancel"] = std::to_string(number); });
  play.settle();
}

TEST(Cancel, EndsABuildThatRunsAndGivesItsPlaceToTheNext) {
  Play play;
  begin(play);
  set_limit(play, 1);
  play.farm().apply_images({"one"});
  play.settle();
  play.farm().apply_images({"two"});
  play.settle();
  cancel(play, "one", 1);
  EXPECT_EQ(play.farm().ready("one"), "False/Cancelled") << message_of(play, "one");
  EXPECT_NE(message_of(play, "one").find("staves.dev/rebuild"), std::string::npos) << message_of(play, "one");
  EXPECT_EQ(play.farm().image("one")["status"]["history"][0]["result"], "Cancelled");
  EXPECT_EQ(play.farm().building(), Names{"two"});
  play.pass(3600s);
  play.restart();
  play.settle();
  EXPECT_EQ(play.farm().ready("one"), "False/Cancelled");
}

TEST(Cancel, EndsABuildThatWaitsAndIsAboutThatNumberAlone) {
  Play play;
  begin(play);
  set_limit(play, 1);
  play.farm().apply_images({"one"});
  play.settle();
  play.farm().apply_images({"two"});
  play.settle();
  cancel(play, "two", 7);
  EXPECT_EQ(play.farm().ready("two"), "Unknown/Queued");
  cancel(play, "two", 1);
  EXPECT_EQ(play.farm().ready("two"), "False/Cancelled");
  play.farm().change_image("two", [](Json& image) { image["spec"]["packages"] = {"app-misc/hello"}; });
  play.settle();
  EXPECT_EQ(play.farm().ready("two"), "Unknown/Queued");
  build_all(play);
  EXPECT_EQ(play.farm().ready("two"), "True/Built");
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(Queue, CountsItsWaitInTheMetricsOfTheBuild) {
  Play play;
  begin(play);
  set_limit(play, 1);
  play.farm().apply_images({"a-first", "second"});
  play.settle();
  play.pass(120s);
  play.farm().succeed("a-first");
  play.settle();
  play.farm().succeed("second");
  play.settle();
  const Json image = play.farm().image("second");
  EXPECT_GE(image["status"]["build"]["metrics"]["queueSeconds"], 120) << image["status"]["build"].dump(1);
  EXPECT_LT(image["status"]["history"][0]["seconds"], 60);
}

TEST(Queue, OfManyWritesLittle) {
  constexpr int images = 60;
  Play play;
  begin(play);
  Names names;
  for (int i = 0; i < images; ++i) names.push_back("image" + std::to_string(100 + i));
  const int before = play.cluster().writes();
  play.farm().apply_images(names);
  for (int second = 0; second < 60; ++second) play.pass(1s);
  // Of each the intent and one position, and of the two that run their start, Job and step; the builder now and then.
  EXPECT_LE(play.cluster().writes() - before, 2 * images + 30);
  const int quiet = play.cluster().writes();
  for (int minute = 0; minute < 5; ++minute) play.pass(60s);
  EXPECT_EQ(play.cluster().writes(), quiet);
  EXPECT_EQ(play.farm().building().size(), 2U);
}

TEST(QueueInThePast, IsAdmittedFromByNobodyWhoseViewIsOld) {
  Play play;
  std::vector<test::FakeCluster::Snapshot> moments;
  const auto keep = [&] { moments.push_back(play.cluster().snapshot()); };
  begin(play);
  keep();
  play.farm().apply_images(four);
  keep();
  play.settle();
  keep();
  play.farm().succeed(play.farm().building().front());
  play.settle();
  const std::set<std::string> all{"stavesimages", "stavesbuilders", "jobs", "pods", "persistentvolumeclaims"};
  for (const auto& moment : moments) {
    play.restart_in_the_past(moment);
    play.work_blind_to(all);
    EXPECT_EQ(play.farm().building().size(), 2U);
    EXPECT_EQ(play.jobs_made(), 3);
    for (const auto* blind : {"stavesimages", "stavesbuilders"}) {
      play.restart_in_the_past(moment);
      play.work_blind_to({blind});
      EXPECT_EQ(play.farm().building().size(), 2U) << "blind to " << blind;
      EXPECT_EQ(play.jobs_made(), 3) << "blind to " << blind;
    }
    play.settle();
  }
  build_all(play);
  EXPECT_EQ(play.jobs_made(), 4);
}

/// A builder with one place; "one" builds, "two" waits. Gives the moment before.
test::FakeCluster::Snapshot begin_with_one_place(Play& play) {
  begin(play);
  set_limit(play, 1);
  play.settle();
  auto before = play.cluster().snapshot();
  play.farm().apply_images({"one"});
  play.settle();
  play.farm().apply_images({"two"});
  play.settle();
  return before;
}

using Change = std::function<void(Json& image)>;

/// Something that ends or moves a build when its Job is gone.
class QueueWithoutItsJobs : public testing::TestWithParam<Change> {};

TEST_P(QueueWithoutItsJobs, GivesNoPlaceTwice) {
  for (const std::set<std::string>& blind : {std::set<std::string>{"jobs"}, {"jobs", "pods"}}) {
    Play play;
    const auto before = begin_with_one_place(play);
    play.farm().make_pods();
    play.farm().run_pods();
    play.settle();
    ASSERT_FALSE(play.farm().image("one")["status"]["build"]["jobRef"].value("uid", "").empty());
    play.watch_each_tick([&play] { EXPECT_LE(play.farm().building().size(), 1U); });
    play.restart_in_the_past(before);
    play.work_blind_to(blind);
    EXPECT_EQ(play.farm().building(), Names{"one"});
    EXPECT_EQ(play.jobs_made(), 1);
    play.farm().change_image("one", GetParam());
    play.restart_in_the_past(before);
    play.work_blind_to(blind);
    play.settle();
    build_all(play);
    EXPECT_EQ(play.farm().ready("two"), "True/Built");
  }
}

INSTANTIATE_TEST_SUITE_P(
    After, QueueWithoutItsJobs,
    testing::Values([](Json& image) { image["metadata"]["annotations"]["staves.dev/cancel"] = "1"; },
                    [](Json& image) { image["metadata"]["annotations"]["staves.dev/rebuild"] = "please"; },
                    [](Json& image) { image["spec"]["suspend"] = true; },
                    [](Json& image) { image["spec"]["packages"] = {"app-misc/hello"}; }));

TEST(QueueInThePast, KeepsThePlaceOfAnImageThatIsNotInViewYet) {
  Play play;
  change_the_stage3_while_one_image_builds(play);
  ASSERT_EQ(waiting_in(play).size(), 4U);
  const auto before = play.cluster().snapshot();
  play.farm().apply_images({"late"});
  play.settle();
  set_limit(play, 2);
  play.settle();
  ASSERT_EQ(play.farm().building(), (Names{"busy", "late"}));
  play.restart_in_the_past(before);
  play.work_blind_to({"stavesimages"});
  EXPECT_EQ(play.farm().building(), (Names{"busy", "late"}));
  const Json builds = play.farm().builder()["status"]["builds"];
  EXPECT_EQ(builds["running"], 2);
  EXPECT_EQ(builds["admitted"][1]["image"], "late") << builds.dump(1);
}

}  // namespace
}  // namespace staves::scenario
