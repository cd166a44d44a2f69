#include "operate/controller.h"

#include <future>
#include <thread>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/farm.h"
#include "tests/support/fake_cluster.h"
#include "tests/unit/operate/controller_parts.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;

class ControllerRun : public testing::Test {
 protected:
  ControllerRun() {
    thread_ = std::jthread(
        [this](const std::stop_token& stop) { ended_ = run_controller(parts_on(cluster_, metrics_, clock_), stop); });
  }

  std::shared_ptr<base::SystemClock> clock_ = std::make_shared<base::SystemClock>();
  test::FakeCluster cluster_{clock_};
  scenario::Farm farm_{cluster_, clock_};
  Metrics metrics_;
  base::Done ended_;
  std::jthread thread_;
};

TEST_F(ControllerRun, BuildsWhatIsAppliedWhileItRuns) {
  farm_.apply_image();
  ASSERT_TRUE(becomes([&] { return farm_.ready() == "False/BuilderNotFound"; })) << farm_.ready();
  farm_.apply_builder();
  ASSERT_TRUE(becomes([&] { return farm_.jobs().size() == 1; }));
  farm_.make_pods();
  farm_.run_pods();
  farm_.succeed();
  ASSERT_TRUE(becomes([&] { return farm_.ready() == "True/Built"; })) << farm_.ready();
  EXPECT_EQ(cluster_.creations(resource_type(api::job_kind())), 1);
  ASSERT_TRUE(becomes([&] { return !cluster_.objects({"events.k8s.io", "v1", "events", "Event"}).empty(); }));
  // Counted once the status has come back by the watch.
  EXPECT_TRUE(becomes([&] { return metrics_.text().find("staves_builds_total{") != std::string::npos; }));
}

TEST_F(ControllerRun, EndsWhenItIsAskedTo) {
  ASSERT_TRUE(
      becomes([&] { return metrics_.text().find("staves_lists_total{kind=\"jobs\"} 1") != std::string::npos; }));
  thread_.request_stop();
  thread_.join();
  EXPECT_TRUE(ended_);
}

/// A controller that is one of several, on a thread.
struct OneOfSeveral {
  OneOfSeveral(kube::Cluster& cluster, const std::shared_ptr<const base::Clock>& clock, const std::string& identity) {
    ControllerParts parts = parts_on(cluster, metrics, clock);
    kube::ElectorOptions elector{.lease = {"staves-system", "staves-controller"},
                                 .identity = identity,
                                 .terms = {.retry = 10ms},
                                 .on_lost = [this] { ++losses; }};
    parts.candidacy.emplace(Candidacy{cluster, std::move(elector)});
    thread = std::jthread([this, parts](const std::stop_token& stop) { ended = run_controller(parts, stop); });
  }
  bool has(const std::string& line) const { return metrics.text().find("\n" + line + "\n") != std::string::npos; }
  bool leads() const { return has(R"(leader_election_master_status{name="staves-controller"} 1)"); }

  Metrics metrics;
  std::atomic<int> losses{0};
  base::Done ended;
  std::jthread thread;
};

TEST(TwoControllers, OneWorksAndTheOtherTakesOverWithWhatItHasSeen) {
  const auto clock = std::make_shared<base::SystemClock>();
  test::FakeCluster cluster(clock);
  scenario::Farm farm(cluster, clock);
  OneOfSeveral first(cluster, clock, "first");
  ASSERT_TRUE(becomes([&] { return first.leads(); }));
  OneOfSeveral second(cluster, clock, "second");
  farm.apply_image();
  ASSERT_TRUE(becomes([&] { return farm.ready() == "False/BuilderNotFound"; })) << farm.ready();
  ASSERT_TRUE(becomes([&] { return second.has(R"(staves_objects{kind="stavesimages"} 1)"); })) << "it watches";
  EXPECT_FALSE(second.leads());
  EXPECT_TRUE(second.has(R"(controller_runtime_reconcile_total{controller="image",result="success"} 0)"));

  first.thread.request_stop();
  first.thread.join();
  EXPECT_TRUE(first.ended);
  ASSERT_TRUE(becomes([&] { return second.leads(); }));
  farm.apply_builder();
  ASSERT_TRUE(becomes([&] { return cluster.creations(resource_type(api::job_kind())) == 1; }));
  EXPECT_EQ(first.losses + second.losses, 0);
}

TEST(TwoControllers, TheLeaseIsGivenBackWhenNoRoundIsUnderWayAnyMore) {
  /// Holds the first creation of a Job up until the test lets it go.
  class Slow final : public test::FakeCluster {
   public:
    using FakeCluster::FakeCluster;
    base::Result<base::Json> create(const kube::ResourceType& type, const std::string& name_space,
                                    const std::string& body, std::stop_token stop) override {
      if (type.plural == "jobs" && !held.exchange(true)) {
        arrived.set_value();
        go_on.get_future().wait();
      }
      return FakeCluster::create(type, name_space, body, std::move(stop));
    }
    std::atomic<bool> held{false};
    std::promise<void> arrived;
    std::promise<void> go_on;
  };
  const auto clock = std::make_shared<base::SystemClock>();
  Slow cluster(clock);
  scenario::Farm farm(cluster, clock);
  farm.apply_builder();
  farm.apply_image();
  OneOfSeveral one(cluster, clock, "one");
  cluster.arrived.get_future().wait();
  const auto renewed = [&] {
    return kube::parse_lease(cluster.object(kube::lease_type(), {"staves-system", "staves-controller"}));
  };
  one.thread.request_stop();
  const kube::LeaseRecord before = renewed();
  ASSERT_TRUE(becomes([&] { return renewed() != before; })) << "it goes on renewing while it drains";
  EXPECT_EQ(renewed().holder, "one");
  cluster.go_on.set_value();
  one.thread.join();
  EXPECT_EQ(cluster.creations(resource_type(api::job_kind())), 1);
  EXPECT_EQ(renewed().holder, "");
}

TEST(TwoControllers, TermsThatCouldMakeTwoLeadersAreRefused) {
  const auto clock = std::make_shared<base::SystemClock>();
  test::FakeCluster cluster(clock);
  Metrics metrics;
  ControllerParts parts = parts_on(cluster, metrics, clock);
  parts.candidacy.emplace(Candidacy{cluster, {.terms = {.duration = 1s}}});
  const auto ended = run_controller(parts, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, "InvalidLeaseTerms");
}

}  // namespace
}  // namespace staves::operate
