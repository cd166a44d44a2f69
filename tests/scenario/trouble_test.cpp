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
