#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;

/// All moments of the first build at which an operator may have looked.
std::vector<test::FakeCluster::Snapshot> moments_of_a_build(Play& play) {
  std::vector<test::FakeCluster::Snapshot> moments;
  const auto keep = [&] { moments.push_back(play.cluster().snapshot()); };
  play.farm().apply_builder();
  play.farm().apply_image();
  keep();
  play.settle();
  keep();
  run(play);
  keep();
  succeed(play);
  keep();
  return moments;
}

TEST(Staleness, AnOperatorThatSeesThePastMakesNoSecondJob) {
  for (std::size_t moment = 0; moment < 4; ++moment) {
    Play play;
    const auto moments = moments_of_a_build(play);
    ASSERT_EQ(play.farm().ready(), "True/Built");
    const Json end = end_state(play.cluster());
    play.restart_in_the_past(moments.at(moment));
    const std::set<std::string> all{"stavesimages", "stavesbuilders", "jobs", "pods", "persistentvolumeclaims"};
    play.work_blind_to(all);
    EXPECT_EQ(play.jobs_made(), 1) << "moment " << moment;
    play.settle();
    EXPECT_EQ(play.jobs_made(), 1) << "moment " << moment;
    EXPECT_EQ(end_state(play.cluster()), end) << "moment " << moment;
  }
}

TEST(Staleness, AnOperatorThatDoesNotSeeItsOwnWritesWaits) {
  for (const std::string blind : {"stavesimages", "jobs", "pods", "persistentvolumeclaims", "stavesbuilders"}) {
    Play play;
    play.farm().apply_builder();
    play.farm().apply_image();
    play.work_blind_to({blind});
    play.settle();
    EXPECT_EQ(play.jobs_made(), 1) << "blind to " << blind;
    EXPECT_EQ(play.farm().ready(), "Unknown/Building") << "blind to " << blind;
  }
}

/// A watch of pods that died without a word while those of other kinds go on.
void work_long_blind_to_pods(Play& play) {
  for (int i = 0; i < 6; ++i) play.work_blind_to({"pods"});
}

TEST(Staleness, ABuildThatSucceededWhileNoPodWasSeenIsNoFailure) {
  for (const bool pods_were_seen : {false, true}) {
    Play play;
    apply_with_volume(play);
    if (pods_were_seen) run(play);
    play.farm().make_pods();
    play.farm().run_pods();
    play.farm().succeed();
    work_long_blind_to_pods(play);
    EXPECT_EQ(play.farm().ready(), "True/Built") << "pods were seen: " << pods_were_seen;
    EXPECT_EQ(play.jobs_made(), 1);
  }
}

TEST(Staleness, WhatABuildFailedOfIsToldWhileNoPodIsSeen) {
  Play play;
  apply_with_volume(play);
  run(play);
  play.farm().fail_for_good();
  work_long_blind_to_pods(play);
  EXPECT_EQ(play.farm().ready(), "False/BuildFailed");
  const Json failure = play.farm().image()["status"]["build"]["failure"];
  EXPECT_EQ(failure["class"], "KeywordMasked") << failure.dump(1);
}

TEST(Staleness, AnEndIsNotJudgedWhileTheServerDoesNotTellOfPods) {
  Play play;
  apply_with_volume(play);
  run(play);
  play.farm().succeed();
  play.farm().delete_pods();
  play.cluster().refuse_lists(true);
  work_long_blind_to_pods(play);
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  play.cluster().refuse_lists(false);
  play.pass(120s);
  EXPECT_EQ(play.farm().ready(), "False/Retrying") << play.farm().image()["status"].dump(1);
}

/// Between the two the pod watch died: the pod that is seen to wait compiles.
void begin_and_compile_unseen(Play& play) {
  apply_with_volume(play);
  play.farm().make_pods();
  play.settle();
  play.farm().run_pods();
}

int lists_of_pods(Play& play) {
  return play.cluster().lists(operate::resource_type(api::pod_kind()));
}

TEST(Staleness, AJobThatCompilesIsNotReplacedWhileItsPodIsSeenToWait) {
  const std::vector<std::function<void(Json&)>> changes{
      [](Json& image) { image["spec"]["packages"] = {"app-misc/hello"}; },
      [](Json& image) { image["spec"]["build"]["priorityClassName"] = "urgent"; },
      [](Json& image) { image["metadata"]["annotations"]["staves.dev/rebuild"] = "now"; }};
  for (const auto& change : changes) {
    Play play;
    begin_and_compile_unseen(play);
    play.farm().change_image(change);
    work_long_blind_to_pods(play);
    EXPECT_EQ(play.jobs_made(), 1);
    EXPECT_EQ(play.farm().image()["status"]["build"]["step"], "Emerge");
    play.farm().succeed();
    play.settle();
    EXPECT_EQ(play.farm().image()["status"]["history"][0]["result"], "Succeeded");
    EXPECT_EQ(play.farm().image()["status"]["history"][0]["number"], 1);
  }
}

TEST(Staleness, ABuildThatSucceededUnseenIsNotCancelled) {
  Play play;
  begin_and_compile_unseen(play);
  play.farm().succeed();
  play.farm().change_image([](Json& image) { image["metadata"]["annotations"]["staves.dev/cancel"] = "1"; });
  work_long_blind_to_pods(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Staleness, NothingIsReplacedWhileTheServerDoesNotTellOfPods) {
  Play play;
  apply_with_volume(play);
  play.farm().make_pods();
  play.settle();
  play.cluster().refuse_lists(true);
  change_packages(play);
  EXPECT_EQ(play.jobs_made(), 1);
  play.cluster().refuse_lists(false);
  play.pass(60s);
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(Staleness, NothingIsJudgedByAPodThatCannotBeRead) {
  Play play;
  apply_with_volume(play);
  run(play);
  play.farm().succeed();
  const auto type = operate::resource_type(api::pod_kind());
  const Json pod = play.cluster().objects(type).at(0);
  const kube::ObjectKey key{"team-a", pod["metadata"]["name"].get<std::string>()};
  play.cluster().edit(type, key, [](Json& object) { object["status"]["containerStatuses"] = "spoilt"; });
  work_long_blind_to_pods(play);
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  play.cluster().edit(type, key, [&](Json& object) { object["status"] = pod["status"]; });
  play.pass(15s);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Staleness, OrdinaryRoundsDoNotAskForPods) {
  Play play;
  apply_and_build(play);
  change_packages(play);
  run(play);
  // It runs for a while, the user changes his mind, the operator starts anew; all of that is seen.
  play.pass(30s);
  change_packages(play, "app-misc/hello");
  play.restart();
  play.settle();
  succeed(play);
  build(play);
  for (int minute = 0; minute < 10; ++minute) play.pass(60s);
  EXPECT_EQ(play.jobs_made(), 3);
  EXPECT_EQ(lists_of_pods(play), 0);
}

TEST(Staleness, AJobThatIsReplacedCostsOneQuestion) {
  Play play;
  apply_with_volume(play);
  change_packages(play);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(lists_of_pods(play), 1);
}

TEST(Deletion, AJobThatIsDeletedWhileItRunsIsMadeAgain) {
  Play play;
  apply(play);
  run(play);
  play.farm().delete_jobs();
  play.settle();
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(play.farm().image()["status"]["build"]["attempt"], 2);
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Deletion, OfTheJobOfABuildThatNobodyWantsAnyMoreIsTheEndOfItAndAnEventSaysSo) {
  Play play;
  apply(play);
  run(play);
  change_packages(play, "app-misc/hello");
  play.farm().delete_jobs();
  play.settle();
  EXPECT_EQ(play.events(), (std::vector<std::string>{"Ready", "BuildStarted", "BuildFailed", "BuildStarted"}));
}

TEST(Deletion, APodThatIsDeletedWhileItRunsIsReplacedByItsJob) {
  Play play;
  apply(play);
  run(play);
  play.farm().delete_pods();
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Deletion, AnOutcomeInTheStatusOutlivesItsJob) {
  Play play;
  moments_of_a_build(play);
  ASSERT_EQ(play.farm().ready(), "True/Built");
  play.farm().delete_jobs();
  play.settle();
  play.restart();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Restart, OfAnOperatorThatMissedTheEndFindsTheResult) {
  Play play;
  apply(play);
  run(play);
  // Nobody looks while the pod ends.
  play.farm().succeed();
  play.restart();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

}  // namespace
}  // namespace staves::scenario
