#include "operate/progress_reader.h"

#include "gtest/gtest.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/manual_clock.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;

const kube::ObjectKey pod{"team-a", "bash-1-abc"};
const WorkKey asker{Subject::Image, {"team-a", "bash"}};

class Progressing : public testing::Test {
 protected:
  std::string line(int done) {
    return api::to_json(api::Progress{.total = 9, .done = done, .from_cache = 0, .compiled = 0, .current = "a/b-1"}) +
           "\n";
  }
  void read() {
    while (reader_.work_once({})) {
    }
  }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  test::FakeCluster cluster_{clock_};
  int woken_ = 0;
  ProgressReader reader_{cluster_, clock_, [this](const WorkKey& key) { woken_ += key == asker ? 1 : 0; }};
};

TEST_F(Progressing, NobodyWaitsForALog) {
  cluster_.set_log(pod, line(3));
  EXPECT_FALSE(reader_.latest(pod, asker));
  read();
  EXPECT_EQ(woken_, 1);
  ASSERT_TRUE(reader_.latest(pod, asker));
  EXPECT_EQ(reader_.latest(pod, asker)->done, 3);
}

TEST_F(Progressing, APodIsReadAtMostEveryFiveSeconds) {
  cluster_.set_log(pod, line(3));
  reader_.latest(pod, asker);
  read();
  cluster_.set_log(pod, line(4));
  clock_->advance(4s);
  reader_.latest(pod, asker);
  EXPECT_FALSE(reader_.work_once({}));
  clock_->advance(1s);
  reader_.latest(pod, asker);
  EXPECT_TRUE(reader_.work_once({}));
  EXPECT_EQ(reader_.latest(pod, asker)->done, 4);
}

TEST_F(Progressing, TheSameLineWakesNobody) {
  cluster_.set_log(pod, line(3));
  for (int look = 0; look < 3; ++look) {
    reader_.latest(pod, asker);
    read();
    clock_->advance(5s);
  }
  EXPECT_EQ(woken_, 1);
}

TEST_F(Progressing, WhatIsNoProgressIsPassedOver) {
  for (const std::string log : {"", "Traceback (most recent call last)", "{\"packagesTotal\":", "[]"}) {
    cluster_.set_log(pod, log);
    reader_.latest(pod, asker);
    read();
    clock_->advance(5s);
    EXPECT_FALSE(reader_.latest(pod, asker)) << log;
  }
  EXPECT_EQ(woken_, 0);
}

TEST_F(Progressing, APodWaitsForOneTurnHoweverOftenItIsAskedFor) {
  cluster_.set_log(pod, line(3));
  for (int look = 0; look < 10; ++look) {
    reader_.latest(pod, asker);
    clock_->advance(5s);
  }
  EXPECT_TRUE(reader_.work_once({}));
  EXPECT_FALSE(reader_.work_once({}));
}

TEST_F(Progressing, APodThatCannotBeReadIsReadEverMoreRarely) {
  std::vector<int> reads;
  for (int second = 0; second <= 120; ++second) {
    reader_.latest(pod, asker);
    if (reader_.work_once({})) reads.push_back(second);
    clock_->advance(1s);
  }
  EXPECT_EQ(reads, (std::vector<int>{0, 10, 30, 70, 110}));
  cluster_.set_log(pod, line(3));
  clock_->advance(40s);
  reader_.latest(pod, asker);
  EXPECT_TRUE(reader_.work_once({}));
  clock_->advance(5s);
  reader_.latest(pod, asker);
  EXPECT_TRUE(reader_.work_once({})) << "one that can be read again is read as often as any";
}

TEST_F(Progressing, PodsThatCannotBeReadLetAllOthersPass) {
  for (const char* name : {"lost-1", "lost-2", "lost-3"}) reader_.latest({"team-a", name}, asker);
  read();
  clock_->advance(1min);
  for (const char* name : {"lost-1", "lost-2", "lost-3"}) reader_.latest({"team-a", name}, asker);
  cluster_.set_log(pod, line(3));
  reader_.latest(pod, asker);
  EXPECT_TRUE(reader_.work_once({}));
  ASSERT_TRUE(reader_.latest(pod, asker));
  EXPECT_EQ(reader_.latest(pod, asker)->done, 3);
}

TEST_F(Progressing, PodsThatNobodyAsksForAreForgotten) {
  reader_.latest(pod, asker);
  read();
  clock_->advance(3min);
  reader_.latest({"team-a", "another"}, asker);
  EXPECT_EQ(reader_.size(), 1U);
}

}  // namespace
}  // namespace staves::operate
