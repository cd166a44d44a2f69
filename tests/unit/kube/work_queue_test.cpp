#include "kube/work_queue.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/manual_clock.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;

struct Queue {
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  WorkQueue queue{{}, clock};
};

TEST(WorkQueue, KeysComeInTheOrderInWhichTheyWereAdded) {
  Queue q;
  for (const char* key : {"a", "b", "c"}) q.queue.add(key);
  EXPECT_EQ(q.queue.try_take(), "a");
  EXPECT_EQ(q.queue.try_take(), "b");
  EXPECT_EQ(q.queue.try_take(), "c");
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
}

TEST(WorkQueue, AKeyWaitsAtMostOnce) {
  Queue q;
  q.queue.add("a");
  q.queue.add("a");
  EXPECT_EQ(q.queue.size(), 1U);
  EXPECT_EQ(q.queue.try_take(), "a");
  q.queue.done("a");
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
}

TEST(WorkQueue, AKeyIsWithOneWorkerAtATimeAndAChangeMeanwhileIsNotLost) {
  Queue q;
  q.queue.add("a");
  EXPECT_EQ(q.queue.try_take(), "a");
  q.queue.add("a");
  q.queue.add("a");
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
  q.queue.done("a");
  EXPECT_EQ(q.queue.try_take(), "a");
  q.queue.done("a");
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
  EXPECT_EQ(q.queue.at_work().keys, 0U);
}

TEST(WorkQueue, ADelayedKeyComesWhenItsTimeHasCome) {
  Queue q;
  q.queue.add_after("a", 100ms);
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
  q.clock->advance(99ms);
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
  q.clock->advance(1ms);
  EXPECT_EQ(q.queue.try_take(), "a");
}

TEST(WorkQueue, OfSeveralDelaysTheEarliestCounts) {
  Queue q;
  q.queue.add_after("a", 100ms);
  q.queue.add_after("a", 300ms);
  q.queue.add_after("a", 50ms);
  q.clock->advance(50ms);
  EXPECT_EQ(q.queue.try_take(), "a");
  q.queue.done("a");
  q.clock->advance(1h);
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
}

TEST(WorkQueue, ADelayThatIsOverWhileTheKeyIsWorkedOnIsNotLost) {
  Queue q;
  q.queue.add("a");
  EXPECT_EQ(q.queue.try_take(), "a");
  q.queue.add_after("a", 10ms);
  q.clock->advance(10ms);
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
  q.queue.done("a");
  EXPECT_EQ(q.queue.try_take(), "a");
}

TEST(WorkQueue, FailuresOfAKeyMakeItsPauseLongerUpToALimit) {
  Queue q;
  EXPECT_EQ(q.queue.add_after_failure("a"), 5ms);
  EXPECT_EQ(q.queue.add_after_failure("a"), 10ms);
  EXPECT_EQ(q.queue.add_after_failure("a"), 20ms);
  EXPECT_EQ(q.queue.failures("a"), 3);
  EXPECT_EQ(q.queue.add_after_failure("b"), 5ms);
  for (int i = 0; i < 100; ++i) q.queue.add_after_failure("a");
  EXPECT_EQ(q.queue.add_after_failure("a"), 1'000'000ms);
}

TEST(WorkQueue, AForgottenKeyStartsOver) {
  Queue q;
  q.queue.add_after_failure("a");
  q.queue.add_after_failure("a");
  q.queue.forget("a");
  EXPECT_EQ(q.queue.failures("a"), 0);
  EXPECT_EQ(q.queue.add_after_failure("a"), 5ms);
}

TEST(WorkQueue, AfterShutDownNothingIsAddedOrTaken) {
  Queue q;
  q.queue.add("a");
  q.queue.add_after("b", 1ms);
  q.queue.shut_down();
  q.queue.add("c");
  q.clock->advance(1h);
  EXPECT_EQ(q.queue.try_take(), std::nullopt);
  EXPECT_EQ(q.queue.take(), std::nullopt);
}

TEST(WorkQueue, ShutDownWakesAllWhoWait) {
  WorkQueue queue({}, std::make_shared<base::SystemClock>());
  queue.add_after("later", 1h);
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] { EXPECT_EQ(queue.take(), std::nullopt); });
  }
  queue.shut_down();
}

TEST(WorkQueue, WorkersNeverShareAKeyAndSeeTheLastChange) {
  WorkQueue queue({}, std::make_shared<base::SystemClock>());
  constexpr int keys = 4;
  constexpr int changes = 500;
  std::array<std::atomic<int>, keys> wanted{};
  std::array<std::atomic<int>, keys> seen{};
  std::array<std::atomic<int>, keys> holders{};
  std::atomic<int> finished{0};
  std::vector<std::jthread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      while (auto key = queue.take()) {
        const auto index = static_cast<std::size_t>(std::stoi(*key));
        EXPECT_EQ(holders[index].fetch_add(1), 0);
        const int now = wanted[index].load();
        if (seen[index].exchange(now) != now && now == changes) ++finished;
        holders[index].fetch_sub(1);
        queue.done(*key);
        if (finished == keys) queue.shut_down();
      }
    });
  }
  for (int change = 1; change <= changes; ++change) {
    for (std::size_t index = 0; index < keys; ++index) {
      wanted[index] = change;
      queue.add(std::to_string(index));
    }
  }
  workers.clear();
  EXPECT_EQ(finished, keys);
}

TEST(WorkQueue, KeysOfLowPriorityStandBackBehindTheOthers) {
  Queue q;
  for (const char* key : {"low 1", "low 2"}) q.queue.add(key, Priority::Low);
  for (const char* key : {"a", "b"}) q.queue.add(key);
  for (const char* key : {"a", "b", "low 1", "low 2"}) EXPECT_EQ(q.queue.try_take(), key);
}

TEST(WorkQueue, AKeyOfLowPriorityIsServedBeforeWhatComesMuchLater) {
  Queue q;
  q.queue.add("low", Priority::Low);
  int served_first = 0;
  // Somebody always wants something, and there is time for one key a second.
  for (;; ++served_first) {
    ASSERT_LT(served_first, 100);
    q.queue.add("live " + std::to_string(served_first));
    const auto key = q.queue.try_take();
    ASSERT_TRUE(key);
    if (*key == "low") break;
    q.queue.done(*key);
    q.clock->advance(1s);
  }
  EXPECT_EQ(served_first, 30) << "it stands back for 30 s";
}

TEST(WorkQueue, AChangeMovesAKeyOfLowPriorityToTheFront) {
  Queue q;
  for (const char* key : {"low 1", "low 2", "low 3"}) q.queue.add(key, Priority::Low);
  q.queue.add("a");
  q.queue.add("low 3");
  q.queue.add("low 3", Priority::Low);
  EXPECT_EQ(q.queue.size(), 4U);
  for (const char* key : {"a", "low 3", "low 1", "low 2"}) EXPECT_EQ(q.queue.try_take(), key);
  EXPECT_EQ(q.queue.size(), 0U);
}

TEST(WorkQueue, AChangeDoesNotMoveBackAKeyThatHasWaitedForLong) {
  Queue q;
  q.queue.add("low", Priority::Low);
  q.clock->advance(31s);
  q.queue.add("a");
  q.queue.add("low");
  EXPECT_EQ(q.queue.try_take(), "low");
}

TEST(WorkQueue, AKeyThatComesAgainKeepsItsPriority) {
  Queue q;
  q.queue.add("failed", Priority::Low);
  q.queue.add("delayed", Priority::Low);
  for (const char* key : {"failed", "delayed"}) EXPECT_EQ(q.queue.try_take(), key);
  q.queue.add_after_failure("failed");
  q.queue.add_after("delayed", 5ms);
  for (const char* key : {"failed", "delayed"}) q.queue.done(key);
  q.clock->advance(5ms);
  EXPECT_EQ(q.queue.size(), 0U);
  q.queue.add_after("live", 0ms);
  EXPECT_EQ(q.queue.try_take(), "live");
  EXPECT_EQ(q.queue.size(), 2U);
}

TEST(WorkQueue, AChangeDuringTheWorkOnAKeyOfLowPriorityIsServedAsAChange) {
  Queue q;
  q.queue.add("low", Priority::Low);
  EXPECT_EQ(q.queue.try_take(), "low");
  q.queue.add("other low", Priority::Low);
  q.queue.add("low", Priority::Low);
  q.queue.add("low");
  q.queue.done("low");
  EXPECT_EQ(q.queue.try_take(), "low");
  q.queue.done("low");
  EXPECT_EQ(q.queue.try_take(), "other low");
}

TEST(WorkQueue, TellsHowLongWorkersHaveHeldTheirKeys) {
  Queue q;
  for (const char* key : {"a", "b"}) q.queue.add(key);
  EXPECT_EQ(q.queue.try_take(), "a");
  q.clock->advance(3s);
  EXPECT_EQ(q.queue.try_take(), "b");
  q.clock->advance(1s);
  EXPECT_EQ(q.queue.at_work().keys, 2U);
  EXPECT_EQ(q.queue.at_work().total, 5s);
  EXPECT_EQ(q.queue.at_work().longest, 4s);
  q.queue.done("a");
  EXPECT_EQ(q.queue.at_work().longest, 1s);
}

class NotingObserver final : public QueueObserver {
 public:
  void added() override { ++adds; }
  void depth(std::size_t keys) override { deepest = std::max(deepest, keys); }
  void waited(std::chrono::nanoseconds time) override { waits.push_back(time); }
  void worked(std::chrono::nanoseconds time) override { works.push_back(time); }
  void retried() override { ++retries; }
  int adds = 0;
  int retries = 0;
  std::size_t deepest = 0;
  std::vector<std::chrono::nanoseconds> waits;
  std::vector<std::chrono::nanoseconds> works;
};

TEST(WorkQueue, TheObserverIsToldHowLongKeysWaitAndAreWorkedOn) {
  auto clock = std::make_shared<test::ManualClock>();
  auto observer = std::make_shared<NotingObserver>();
  WorkQueue queue({.observer = observer}, clock);
  queue.add("a");
  queue.add("a");
  queue.add("b");
  clock->advance(3ms);
  EXPECT_EQ(queue.try_take(), "a");
  clock->advance(4ms);
  queue.done("a");
  queue.add_after_failure("a");
  EXPECT_EQ(observer->adds, 2);
  EXPECT_EQ(observer->retries, 1);
  EXPECT_EQ(observer->deepest, 2U);
  EXPECT_EQ(observer->waits, (std::vector<std::chrono::nanoseconds>{3ms}));
  EXPECT_EQ(observer->works, (std::vector<std::chrono::nanoseconds>{4ms}));
}

}  // namespace
}  // namespace staves::kube
