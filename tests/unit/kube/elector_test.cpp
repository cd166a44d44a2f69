#include "kube/elector.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>

#include "base/log.h"
#include "nlohmann/json.hpp"
#include "tests/unit/kube/candidate.h"

namespace staves::kube {
namespace {

using base::Json;
using namespace std::chrono_literals;

TEST_F(AnElector, LeadsWhenThereIsNoLease) {
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(a_.elector.attempt(), 2s);
  EXPECT_TRUE(a_.elector.leads());
  EXPECT_EQ(record().holder, "a");
  EXPECT_EQ(record().transitions, 0);
  EXPECT_EQ(a_.line.sent, (std::vector<std::string>{"get", "create"}));
}

TEST_F(AnElector, WaitsWithJitterWhileAnotherOneLeads) {
  a_.elector.attempt();
  EXPECT_EQ(b_.elector.attempt(), 3'200ms);
  EXPECT_FALSE(b_.elector.leads());
  EXPECT_EQ(b_.line.sent, std::vector<std::string>{"get"});
}

TEST_F(AnElector, RenewsWithOneRequestForAsLongAsItWants) {
  a_.elector.attempt();
  const std::string acquired = record().acquire_time;
  a_.line.sent.clear();
  both_try_for(120s);
  EXPECT_TRUE(a_.elector.leads());
  EXPECT_FALSE(b_.elector.leads());
  EXPECT_EQ(a_.line.sent, std::vector<std::string>(60, "patch"));
  EXPECT_EQ(record().acquire_time, acquired);
  EXPECT_NE(record().renew_time, acquired);
  EXPECT_EQ(record().transitions, 0);
}

TEST_F(AnElector, TakesOverFifteenSecondsAfterItSawTheLastRenewal) {
  a_.elector.attempt();
  b_.elector.attempt();
  pass(14s);
  b_.elector.attempt();
  EXPECT_FALSE(b_.elector.leads());
  pass(1s);
  b_.elector.attempt();
  EXPECT_TRUE(b_.elector.leads());
  EXPECT_EQ(record().holder, "b");
  EXPECT_EQ(record().transitions, 1);
}

TEST_F(AnElector, ThatHasJustStartedWaitsHoweverOldTheLeaseLooks) {
  a_.elector.attempt();
  pass(24h);
  b_.elector.attempt();
  EXPECT_FALSE(b_.elector.leads()) << "the clock that wrote the lease may be a day behind";
  pass(15s);
  b_.elector.attempt();
  EXPECT_TRUE(b_.elector.leads());
}

TEST_F(AnElector, LosesToWhoeverHoldsTheLeaseInstead) {
  a_.elector.attempt();
  server_.edit(lease_type(), lease_key(), [](Json& lease) { lease["spec"]["holderIdentity"] = "thief"; });
  EXPECT_TRUE(a_.elector.leads());
  a_.elector.attempt();
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(a_.losses, 1);
  EXPECT_EQ(record().holder, "thief");
  const auto sent = a_.line.sent.size();
  pass(1h);
  a_.elector.attempt();
  EXPECT_EQ(a_.line.sent.size(), sent) << "who lost never tries again";
  EXPECT_EQ(a_.losses, 1);
}

TEST_F(AnElector, GoesOnLeadingWhenSomebodyOnlyTouchedTheLease) {
  a_.elector.attempt();
  server_.edit(lease_type(), lease_key(), [](Json& lease) { lease["metadata"]["labels"]["team"] = "a"; });
  a_.elector.attempt();
  EXPECT_TRUE(a_.elector.leads());
  EXPECT_EQ(lease()["metadata"]["labels"]["team"], "a");
  server_.erase(lease_type(), lease_key());
  a_.elector.attempt();
  EXPECT_TRUE(a_.elector.leads());
  EXPECT_EQ(record().holder, "a");
  EXPECT_EQ(a_.losses, 0);
}

TEST_F(AnElector, TakesASpoiltLeaseForAFreeOne) {
  for (const Json& spec : {Json(), Json(7), Json::object(), Json{{"holderIdentity", 3}}}) {
    server_.erase(lease_type(), lease_key());
    server_.apply(lease_type(),
                  {{"metadata", {{"namespace", lease_key().name_space}, {"name", lease_key().name}}}, {"spec", spec}});
    Candidate one("one", server_, clock_);
    one.elector.attempt();
    EXPECT_TRUE(one.elector.leads()) << spec;
    EXPECT_EQ(record().holder, "one");
  }
}

TEST_F(AnElector, GivesUpARequestThatHangsAndTriesAgain) {
  a_.elector.attempt();
  pass(2s);
  a_.line.before = [this] { pass(5s); };
  a_.elector.attempt();
  EXPECT_TRUE(a_.elector.leads()) << "seven of ten seconds are over";
  a_.line.before = [] {};
  a_.elector.attempt();
  pass(9s);
  EXPECT_TRUE(a_.elector.leads());
  EXPECT_EQ(a_.losses, 0);
}

TEST_F(AnElector, LosesByTheClockWhileARequestHangs) {
  a_.elector.attempt();
  b_.elector.attempt();
  a_.line.before = [this] {
    clock_->advance(9'999ms);
    EXPECT_TRUE(a_.elector.leads());
    clock_->advance(1ms);
    EXPECT_FALSE(a_.elector.leads()) << "also before anybody has noticed";
    EXPECT_EQ(a_.losses, 0);
    a_.elector.keep_time();
    EXPECT_EQ(a_.losses, 1);
    b_.elector.attempt();
    EXPECT_FALSE(b_.elector.leads());
    pass(5s);
    b_.elector.attempt();
    EXPECT_TRUE(b_.elector.leads());
  };
  a_.elector.attempt();
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(a_.losses, 1);
  EXPECT_EQ(record().holder, "b");
}

TEST_F(AnElector, ARenewalWhoseAnswerComesTooLateDoesNotBringTheLeadBack) {
  a_.elector.attempt();
  a_.line.after = [this] { clock_->advance(10s); };
  a_.elector.attempt();
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(a_.losses, 1);
}

TEST_F(AnElector, ItsTimeBeginsWithTheQuestionAndNotWithTheAnswer) {
  a_.line.after = [this] { clock_->advance(3s); };
  a_.elector.attempt();
  clock_->advance(6'999ms);
  EXPECT_TRUE(a_.elector.leads());
  clock_->advance(1ms);
  EXPECT_FALSE(a_.elector.leads()) << "create was sent ten seconds ago and answered seven seconds ago";
}

TEST_F(AnElector, AFirstLeaseWhoseAnswerComesTooLateIsTakenOnceMore) {
  a_.line.after = [this] { clock_->advance(10s); };
  a_.elector.attempt();
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(a_.losses, 0) << "who never led loses nothing";
  a_.line.after = [] {};
  a_.elector.attempt();
  EXPECT_TRUE(a_.elector.leads());
}

TEST_F(AnElector, FindsOutThatAWriteGotThroughAlthoughItsAnswerWasLost) {
  a_.line.ways = {Way::Fine, Way::AnswerLost};
  a_.elector.attempt();
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(record().holder, "a");
  a_.elector.attempt();
  EXPECT_TRUE(a_.elector.leads());
  a_.line.ways = {Way::AnswerLost};
  pass(2s);
  a_.elector.attempt();
  a_.elector.attempt();
  pass(9s);
  EXPECT_TRUE(a_.elector.leads());
  EXPECT_EQ(record().transitions, 0);
}

TEST_F(AnElector, LeavesTheLeaseToOthersWhenItIsToldSo) {
  a_.elector.attempt();
  b_.elector.attempt();
  a_.elector.release();
  EXPECT_FALSE(a_.elector.leads());
  EXPECT_EQ(lease()["spec"]["holderIdentity"], "");
  EXPECT_EQ(lease()["spec"]["leaseDurationSeconds"], 1);
  b_.elector.attempt();
  EXPECT_TRUE(b_.elector.leads()) << "at once";
  EXPECT_EQ(record().transitions, 1);
  EXPECT_EQ(record().duration, 15s);
  EXPECT_EQ(a_.losses, 0);
}

TEST_F(AnElector, LeavesTheLeaseAlsoWhenSomebodyTouchesItMeanwhile) {
  a_.elector.attempt();
  int left = 2;
  a_.line.before = [&] {
    const bool is_write = a_.line.sent.back() == "patch";
    if (!is_write || left-- == 0) return;
    server_.edit(lease_type(), lease_key(),
                 [&](Json& lease) { lease["metadata"]["labels"]["n"] = std::to_string(left); });
  };
  a_.elector.release();
  EXPECT_EQ(record().holder, "");
}

TEST_F(AnElector, LeavesALeaseThatItGotWithoutKnowing) {
  a_.line.ways = {Way::Fine, Way::AnswerLost};
  a_.elector.attempt();
  EXPECT_FALSE(a_.elector.leads());
  a_.elector.release();
  EXPECT_EQ(record().holder, "");
}

TEST_F(AnElector, LeavesTheLeaseOfAnotherOneAlone) {
  a_.elector.attempt();
  b_.elector.attempt();
  const Json before = lease();
  b_.elector.release();
  EXPECT_EQ(lease(), before);
  EXPECT_TRUE(a_.elector.leads());
}

TEST_F(AnElector, WhoLostGivesNothingBack) {
  a_.elector.attempt();
  pass(10s);
  ASSERT_EQ(a_.losses, 1);
  const Json before = lease();
  a_.elector.release();
  EXPECT_EQ(lease(), before) << "something of it may still be at work";
}

TEST_F(AnElector, TheWaitForTheLeadEndsWithItsStopToken) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(a_.elector.wait_until_leading(stop.get_token()));
  a_.elector.attempt();
  EXPECT_TRUE(a_.elector.wait_until_leading({}));
}

TEST(AnElectorOnThreads, LeadsUntilItIsToldToStop) {
  const auto clock = std::make_shared<base::SystemClock>();
  test::FakeCluster server(clock);
  Elector elector({.lease = lease_key(), .identity = "a", .terms = {.retry = 5ms}, .on_lost = [] { FAIL(); }}, server,
                  clock);
  std::jthread guard([&](const std::stop_token& stop) { elector.guard(stop); });
  std::jthread run([&](const std::stop_token& stop) { elector.run(stop); });
  ASSERT_TRUE(elector.wait_until_leading({}));
  EXPECT_TRUE(elector.leads());
  run.request_stop();
  run.join();
  elector.release();
  EXPECT_FALSE(elector.leads());
  EXPECT_EQ(parse_lease(server.object(lease_type(), lease_key())).holder, "");
}

/// Some processes, one after the other on one thread, in an order that a seed decides. Requests take long, get lost,
/// hang; others work while one of them waits for an answer; processes freeze, end, and come anew.
class Muddle {
 public:
  Muddle(unsigned seed, std::size_t count) : random_(seed), busy_(count) {
    for (std::size_t i = 0; i < count; ++i) candidates_.push_back(next_process(i));
  }

  void play(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      pass(below(4'000));
      work(below(static_cast<int>(candidates_.size())));
      if (below(4) > 0) candidates_[pick()]->elector.keep_time();
    }
  }
  int leaders_seen() const { return static_cast<int>(leaders_.size()); }

 private:
  std::unique_ptr<Candidate> next_process(std::size_t place) {
    auto made = std::make_unique<Candidate>("process-" + std::to_string(++processes_), server_, clock_);
    made->line.before = [this] { interfere(); };
    made->line.after = [this] { interfere(); };
    names_[place] = processes_;
    return made;
  }

  void interfere() {
    const int what = below(8);
    if (what == 0) pass(below(12'000));
    if (what == 1) pass(below(1'000));
    if (what == 2) candidates_[pick()]->elector.keep_time();
    if (what > 5 && depth_ < 3) work(below(static_cast<int>(candidates_.size())));
  }

  void work(int which) {
    const auto place = static_cast<std::size_t>(which);
    // One process waits for one answer at a time.
    if (busy_[place]) return;
    busy_[place] = true;
    ++depth_;
    Candidate& one = *candidates_[place];
    const int luck = below(12);
    if (luck == 0) one.line.ways.push_back(Way::AnswerLost);
    if (luck == 1) one.line.ways.push_back(Way::QuestionLost);
    if (luck == 2) {
      one.elector.release();
    } else {
      one.elector.attempt();
    }
    look();
    --depth_;
    busy_[place] = false;
    if (one.losses > 0 || luck == 2 || below(40) == 0) candidates_[place] = next_process(place);
  }

  void pass(int milliseconds) {
    clock_->advance(std::chrono::milliseconds(milliseconds));
    look();
  }

  void look() {
    int leading = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (!candidates_[i]->elector.leads()) continue;
      ++leading;
      leaders_.insert(names_[i]);
    }
    EXPECT_LE(leading, 1);
  }

  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  std::size_t pick() { return static_cast<std::size_t>(below(static_cast<int>(candidates_.size()))); }

  std::mt19937 random_;
  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  test::FakeCluster server_{clock_};
  std::vector<std::unique_ptr<Candidate>> candidates_;
  std::map<std::size_t, int> names_;
  std::vector<char> busy_;
  std::set<int> leaders_;
  int processes_ = 0;
  int depth_ = 0;
};

TEST(SeveralElectors, NeverLeadAtTheSameTime) {
  base::set_log_level(base::LogLevel::Error);
  int leaders = 0;
  for (unsigned seed = 1; seed <= 60 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Muddle muddle(seed, 2 + seed % 2);
    muddle.play(300);
    leaders += muddle.leaders_seen();
  }
  EXPECT_GT(leaders, 300) << "or it was no test";
}

}  // namespace
}  // namespace staves::kube
