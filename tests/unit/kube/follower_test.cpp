#include <thread>

#include "kube/api_error.h"
#include "tests/unit/kube/candidate.h"

namespace staves::kube {
namespace {

using base::Json;
using namespace std::chrono_literals;

/// One candidate leads, and another one waits for it.
class AFollower : public AnElector {
 protected:
  void SetUp() override {
    a_.elector.attempt();
    b_.elector.attempt();
    b_.line.sent.clear();
  }
  /// What an API server answers to whom the Role does not allow it.
  static Done forbidden() {
    return base::fail(error_of_status(
        {{"kind", "Status"}, {"reason", "Forbidden"}, {"code", 403}, {"message", "leases is forbidden"}}, 403));
  }
  static Done given_up() { return base::fail("Cancelled", "told to stop", base::Retry::never()); }
};

TEST_F(AFollower, AsksForNothingWhileItHearsOfRenewalsAndTakesOverWhenThereAreNoMore) {
  b_.line.on_watch = [&](const WatchQuery& query, const OnWatchEvent& on_event, const std::stop_token& stop) {
    EXPECT_EQ(query.field_selector, "metadata.name=staves-controller");
    EXPECT_EQ(query.resource_version, lease()["metadata"]["resourceVersion"].get<std::string>());
    for (int minute = 0; minute < 30 * 10; ++minute) {
      pass(2s);
      a_.elector.attempt();
      EXPECT_TRUE(on_event(WatchEventType::Modified, lease()));
      EXPECT_FALSE(stop.stop_requested());
    }
    pass(15s);
    EXPECT_FALSE(stop.stop_requested()) << "others may wait as well";
    pass(1s);
    EXPECT_TRUE(stop.stop_requested());
    return given_up();
  };
  EXPECT_TRUE(b_.elector.await_turn({}));
  EXPECT_EQ(b_.line.sent, std::vector<std::string>{"watch"});
  b_.elector.attempt();
  EXPECT_TRUE(b_.elector.leads());
}

TEST_F(AFollower, IsWokenWhenTheLeaseIsGivenBack) {
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent& on_event, const std::stop_token&) -> Done {
    a_.elector.release();
    EXPECT_FALSE(on_event(WatchEventType::Modified, lease()));
    return {};
  };
  EXPECT_TRUE(b_.elector.await_turn({}));
  b_.elector.attempt();
  EXPECT_TRUE(b_.elector.leads());
  EXPECT_EQ(b_.line.sent, (std::vector<std::string>{"watch", "get", "patch"}));
}

TEST_F(AFollower, LeavesADeletedLeaseToItsHolderUntilItsTimeIsOver) {
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent& on_event, const std::stop_token& stop) {
    const Json last = lease();
    server_.erase(lease_type(), lease_key());
    EXPECT_TRUE(on_event(WatchEventType::Deleted, last));
    pass(14s);
    EXPECT_FALSE(stop.stop_requested());
    pass(2s);
    EXPECT_TRUE(stop.stop_requested());
    return given_up();
  };
  EXPECT_TRUE(b_.elector.await_turn({}));
  b_.elector.attempt();
  EXPECT_TRUE(b_.elector.leads());
}

TEST_F(AFollower, LooksByItselfWhenAWatchSaysNothingHoweverLongTheLeaseIs) {
  server_.edit(lease_type(), lease_key(), [](Json& lease) { lease["spec"]["leaseDurationSeconds"] = 3600; });
  b_.elector.attempt();
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent& on_event, const std::stop_token& stop) {
    EXPECT_TRUE(on_event(WatchEventType::Bookmark, lease()));
    pass(30s);
    EXPECT_FALSE(stop.stop_requested());
    pass(1s);
    EXPECT_TRUE(stop.stop_requested());
    return given_up();
  };
  EXPECT_TRUE(b_.elector.await_turn({}));
  b_.elector.attempt();
  EXPECT_FALSE(b_.elector.leads());
}

TEST_F(AFollower, ThatMayNotWatchLooksNowAndThen) {
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent&, const std::stop_token&) -> Done {
    return forbidden();
  };
  EXPECT_FALSE(b_.elector.await_turn({}));
  EXPECT_EQ(b_.elector.attempt(), 3'200ms);
  EXPECT_FALSE(b_.elector.await_turn({}));
  EXPECT_EQ(b_.line.sent, (std::vector<std::string>{"watch", "get"}));
  pass(300s);
  a_.elector.attempt();
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent&, const std::stop_token&) { return Done(); };
  EXPECT_EQ(b_.elector.attempt(), 2s) << "it leads by now";
  EXPECT_FALSE(b_.elector.await_turn({}));
}

TEST_F(AFollower, WatchesAgainSomeTimeAfterItWasNotAllowedTo) {
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent&, const std::stop_token&) -> Done {
    return forbidden();
  };
  EXPECT_FALSE(b_.elector.await_turn({}));
  both_try_for(300s);
  b_.line.sent.clear();
  b_.elector.await_turn({});
  EXPECT_EQ(b_.line.sent, std::vector<std::string>{"watch"});
}

TEST_F(AFollower, DoesNotBeginAWatchThatEndsAtOnceInATightLoop) {
  std::chrono::seconds lasts = 0s;
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent&, const std::stop_token&) {
    pass(lasts);
    return Done();
  };
  EXPECT_FALSE(b_.elector.await_turn({}));
  lasts = 5s;
  EXPECT_TRUE(b_.elector.await_turn({})) << "the server's time was up";
  b_.line.on_watch = [&](const WatchQuery&, const OnWatchEvent&, const std::stop_token&) -> Done {
    return base::fail("ConnectionLost", "lost", base::Retry::soon());
  };
  EXPECT_FALSE(b_.elector.await_turn({}));
}

TEST_F(AFollower, HasNothingToWaitForOnceItLeads) {
  EXPECT_FALSE(a_.elector.await_turn({}));
  EXPECT_EQ(a_.line.sent, (std::vector<std::string>{"get", "create"}));
}

TEST(AnElectorOnThreads, TakesOverAReleasedLeaseAtOnceAndEndsWhenItIsToldTo) {
  const auto clock = std::make_shared<base::SystemClock>();
  test::FakeCluster server(clock);
  const auto options = [](const char* identity) {
    return ElectorOptions{.lease = lease_key(), .identity = identity, .terms = {}, .on_lost = [] { FAIL(); }};
  };
  Elector leader(options("a"), server, clock);
  leader.attempt();
  // Its pauses alone would take minutes.
  Elector follower(options("b"), server, clock,
                   [](std::chrono::milliseconds, const std::stop_token& stop) { return real_sleep()(10min, stop); });
  Elector other(options("c"), server, clock);
  std::vector<std::jthread> threads;
  for (Elector* one : {&follower, &other}) {
    threads.emplace_back([one](const std::stop_token& stop) { one->guard(stop); });
    threads.emplace_back([one](const std::stop_token& stop) { one->run(stop); });
  }
  std::this_thread::sleep_for(100ms);
  const auto began = std::chrono::steady_clock::now();
  leader.release();
  while (!follower.leads() && !other.leads()) std::this_thread::sleep_for(1ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  const auto told = std::chrono::steady_clock::now();
  threads.clear();
  EXPECT_LT(std::chrono::steady_clock::now() - told, 5s) << "a watch is no reason to stay";
  EXPECT_FALSE(follower.leads() && other.leads());
}

}  // namespace
}  // namespace staves::kube
