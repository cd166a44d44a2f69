#include "operate/control_loop.h"

#include "base/digest.h"
#include "base/log.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/farm.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/manual_clock.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;

/// A cluster in which some writes take as long as the test says.
class SlowCluster final : public test::FakeCluster {
 public:
  using FakeCluster::FakeCluster;
  std::function<void()> before_patch = [] {};
  std::function<base::Result<base::Json>()> claim_answer;  ///< to who asks for a claim; empty: what there is

  base::Result<base::Json> get(const kube::ResourceType& type, const kube::ObjectKey& key,
                               std::stop_token stop) override {
    if (claim_answer && type.plural == api::volume_claim_kind().plural) return claim_answer();
    return FakeCluster::get(type, key, std::move(stop));
  }

  base::Result<base::Json> patch(const kube::ResourceType& type, const kube::ObjectKey& key, const kube::Patch& patch,
                                 std::stop_token stop) override {
    before_patch();
    if (stop.stop_requested()) return base::fail("Cancelled", "given up", base::Retry::never());
    return FakeCluster::patch(type, key, patch, {});
  }
};

class NotedRounds final : public RoundObserver {
 public:
  void began(Subject) override {}
  void ended(Subject, RoundResult result, std::chrono::nanoseconds) override { results.push_back(result); }
  std::vector<RoundResult> results;
};

class ALoop : public testing::Test {
 protected:
  ALoop() {
    base::set_log_level(base::LogLevel::Error);
    farm_.apply_image();
    fill(loop_.stores().images, api::stavesimage_kind());
    fill(loop_.stores().builders, api::stavesbuilder_kind());
    fill(loop_.stores().jobs, api::job_kind());
    fill(loop_.stores().pods, api::pod_kind());
    fill(loop_.stores().claims, api::volume_claim_kind());
    fill(loop_.stores().config_maps, api::config_map_kind());
    EXPECT_EQ(loop_.queue().size(), 0U) << "before it begins it keeps no list of what it has not done";
    loop_.begin();
  }
  void fill(kube::ObjectSink& sink, const api::Kind& kind) { cluster_.fill(sink, resource_type(kind), ""); }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  SlowCluster cluster_{clock_};
  scenario::Farm farm_{cluster_, clock_};
  std::shared_ptr<NotedRounds> rounds_ = std::make_shared<NotedRounds>();
  bool may_write_ = true;
  ControlLoop loop_{{.setup = {},
                     .cluster = cluster_,
                     .logs = cluster_,
                     .resolve_tag = [](const TagQuestion&, const std::stop_token&) -> base::Result<std::string> {
                       return base::sha256_digest("stage3");
                     },
                     .record_event = [](const kube::EventNote&) {},
                     .clock = clock_,
                     .queue_observer = nullptr,
                     .round_observer = rounds_,
                     .may_write = [this] { return may_write_; },
                     .round_limit = 60s}};
};

TEST_F(ALoop, ARequestThatHangsDoesNotKeepAWorkerLongerThanARoundMayLast) {
  cluster_.before_patch = [this] {
    clock_->advance(59s);
    loop_.alarms().ring_due();
    EXPECT_TRUE(rounds_->results.empty());
    clock_->advance(1s);
    loop_.alarms().ring_due();
  };
  ASSERT_TRUE(loop_.work_once({}));
  EXPECT_EQ(rounds_->results, std::vector{RoundResult::Timeout});
  EXPECT_EQ(cluster_.writes(), 0);

  // It comes again, after a pause.
  cluster_.before_patch = [] {};
  EXPECT_FALSE(loop_.work_once({}));
  clock_->advance(5ms);
  ASSERT_TRUE(loop_.work_once({}));
  EXPECT_EQ(rounds_->results.size(), 2U);
  EXPECT_EQ(rounds_->results.back(), RoundResult::Success);
  EXPECT_EQ(farm_.ready(), "False/BuilderNotFound");
}

TEST_F(ALoop, ARoundThatIsDoneIsNotTakenForTooLong) {
  ASSERT_TRUE(loop_.work_once({}));
  clock_->advance(1h);
  loop_.alarms().ring_due();
  EXPECT_EQ(rounds_->results, std::vector{RoundResult::Success});
}

TEST_F(ALoop, WhoeverAsksToStopIsNoTimeout) {
  std::stop_source stop;
  cluster_.before_patch = [&] { stop.request_stop(); };
  ASSERT_TRUE(loop_.work_once(stop.get_token()));
  EXPECT_EQ(rounds_->results, std::vector{RoundResult::Error});
}

TEST_F(ALoop, TakesUpEveryResourceWhenItBeginsAndEveryChangeFromThenOn) {
  EXPECT_EQ(loop_.queue().try_take(), "image/team-a/bash");
  EXPECT_EQ(loop_.queue().try_take(), std::nullopt);
  farm_.apply_builder();
  fill(loop_.stores().builders, api::stavesbuilder_kind());
  EXPECT_EQ(loop_.queue().try_take(), "builder/team-a/glibc");
}

TEST_F(ALoop, AClaimThatCannotBeReadIsNotTakenForNone) {
  EXPECT_EQ(loop_.queue().try_take(), "image/team-a/bash") << "it is not what this is about";
  farm_.apply_builder();
  fill(loop_.stores().builders, api::stavesbuilder_kind());
  cluster_.claim_answer = [] { return base::fail("InternalError", "etcd is away", base::Retry::soon()); };
  ASSERT_TRUE(loop_.work_once({}));
  EXPECT_EQ(rounds_->results.back(), RoundResult::Error);
  cluster_.claim_answer = [] { return base::Json{{"metadata", 7}}; };
  clock_->advance(1s);
  ASSERT_TRUE(loop_.work_once({}));
  EXPECT_EQ(rounds_->results.back(), RoundResult::Error) << "nor is one of another shape";
  EXPECT_EQ(cluster_.writes(), 0);
  cluster_.claim_answer = {};
  clock_->advance(1min);
  ASSERT_TRUE(loop_.work_once({}));
  EXPECT_EQ(rounds_->results.back(), RoundResult::RequeueAfter);
  EXPECT_EQ(cluster_.creations(resource_type(api::volume_claim_kind())), 1);
}

TEST_F(ALoop, WithoutTheLeadNothingIsWrittenAndTheKeyComesAgain) {
  may_write_ = false;
  ASSERT_TRUE(loop_.work_once({}));
  EXPECT_EQ(cluster_.writes(), 0);
  EXPECT_EQ(rounds_->results, std::vector{RoundResult::Error});
  clock_->advance(5ms);
  EXPECT_EQ(loop_.queue().try_take(), "image/team-a/bash");
}

}  // namespace
}  // namespace staves::operate
