#include "kube/alarms.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "kube/time_limit.h"
#include "tests/support/manual_clock.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;

class AlarmsThatATestRings : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) {
    clock_->advance(time);
    alarms_.ring_due();
  }
  Alarms::Moment in(std::chrono::milliseconds time) const { return clock_->steady_now() + time; }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  Alarms alarms_{clock_};
  std::vector<std::string> rung_;
};

TEST_F(AlarmsThatATestRings, RingInTheOrderOfTheirTimesAndOnce) {
  alarms_.set(in(20ms), [this] { rung_.emplace_back("second"); });
  alarms_.set(in(10ms), [this] { rung_.emplace_back("first"); });
  pass(9ms);
  EXPECT_TRUE(rung_.empty());
  pass(11ms);
  EXPECT_EQ(rung_, (std::vector<std::string>{"first", "second"}));
  pass(1h);
  EXPECT_EQ(rung_.size(), 2U);
}

TEST_F(AlarmsThatATestRings, DoNotRingOnceTheyAreCancelled) {
  const auto one = alarms_.set(in(10ms), [this] { rung_.emplace_back("one"); });
  alarms_.set(in(10ms), [this] { rung_.emplace_back("other"); });
  alarms_.cancel(one);
  pass(10ms);
  EXPECT_EQ(rung_, std::vector<std::string>{"other"});
}

TEST_F(AlarmsThatATestRings, MaySetTheNextOneWhileTheyRing) {
  alarms_.set(in(10ms), [this] { alarms_.set(in(10ms), [this] { rung_.emplace_back("next"); }); });
  pass(10ms);
  EXPECT_TRUE(rung_.empty());
  pass(10ms);
  EXPECT_EQ(rung_, std::vector<std::string>{"next"});
}

TEST_F(AlarmsThatATestRings, EndATimeLimit) {
  const TimeLimit limit(alarms_, in(10ms), {});
  EXPECT_FALSE(limit.token().stop_requested());
  pass(10ms);
  EXPECT_TRUE(limit.token().stop_requested());
  EXPECT_TRUE(limit.is_over());
}

TEST_F(AlarmsThatATestRings, ATimeLimitPassesOnThatSomebodyElseAsksToStop) {
  std::stop_source outer;
  const TimeLimit limit(alarms_, in(10ms), outer.get_token());
  outer.request_stop();
  EXPECT_TRUE(limit.token().stop_requested());
  EXPECT_FALSE(limit.is_over());
}

TEST_F(AlarmsThatATestRings, ATimeLimitThatIsGoneRingsNoMore) {
  std::stop_token token;
  {
    const TimeLimit limit(alarms_, in(10ms), {});
    token = limit.token();
  }
  pass(10ms);
  EXPECT_FALSE(token.stop_requested());
}

TEST(AlarmsOnAThread, RingByThemselvesAlsoWhenAnEarlierOneComesLater) {
  Alarms alarms(std::make_shared<base::SystemClock>());
  std::promise<void> rung;
  alarms.set(std::chrono::steady_clock::now() + 1h, [] { FAIL() << "an hour has not gone by"; });
  const std::jthread thread([&alarms](const std::stop_token& stop) { alarms.work(stop); });
  alarms.set(std::chrono::steady_clock::now() + 5ms, [&rung] { rung.set_value(); });
  EXPECT_EQ(rung.get_future().wait_for(20s), std::future_status::ready);
}

}  // namespace
}  // namespace staves::kube
