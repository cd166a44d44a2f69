#include "base/handover.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace staves::base {
namespace {

using namespace std::chrono_literals;
using Instant = std::chrono::steady_clock;

class HandoverTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "handover-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
};

/// A process that takes the directory and then does nothing until it is killed.
pid_t start_holder(const std::filesystem::path& directory) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto taken = Handover::take(directory);
    for (;;) {
      ::pause();
    }
  }
  return child;
}

TEST_F(HandoverTest, AStepThatHasNotStartedIsNotDead) {
  EXPECT_EQ(look_at_step(directory_)->state, StepState::NotStarted);
  EXPECT_EQ(look_at_step(directory_ / "absent")->state, StepState::NotStarted);
}

TEST_F(HandoverTest, AStepRunsWhileItHoldsItsLock) {
  const auto step = Handover::take(directory_);
  ASSERT_TRUE(step);
  EXPECT_EQ(look_at_step(directory_)->state, StepState::Running);
}

TEST_F(HandoverTest, AStepThatLeavesWithoutAWordHasDied) {
  {
    const auto step = Handover::take(directory_);
  }
  EXPECT_EQ(look_at_step(directory_)->state, StepState::Died);
}

TEST_F(HandoverTest, DoneIsHandedOverAlsoAfterTheStepIsGone) {
  {
    const auto step = Handover::take(directory_);
    ASSERT_TRUE(step->write_done(R"({"outcome":"Succeeded"})"));
  }
  EXPECT_EQ(*look_at_step(directory_), (StepSeen{StepState::Finished, R"({"outcome":"Succeeded"})"}));
}

TEST_F(HandoverTest, ADirectoryHasOneOwner) {
  const auto step = Handover::take(directory_);
  const auto second = Handover::take(directory_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "HandoverTaken");
}

TEST_F(HandoverTest, AWaiterSeesDoneFromAnotherThreadSoonerThanTheFallback) {
  const auto step = Handover::take(directory_);
  std::jthread other([&] { ASSERT_TRUE(step->write_done("{}")); });
  const auto begin = Instant::now();
  const auto seen = wait_for_step(directory_, {});
  EXPECT_EQ(seen->done, "{}");
  EXPECT_LT(Instant::now() - begin, 1500ms);
}

TEST_F(HandoverTest, AWaiterSeesAStepThatStartsLater) {
  const auto later = directory_ / "publish";
  std::jthread other([&] {
    const auto step = Handover::take(later);
    ASSERT_TRUE(step->write_done("{}"));
  });
  EXPECT_EQ(wait_for_step(later, {})->state, StepState::Finished);
}

TEST_F(HandoverTest, DeathBySigkillIsSeenAtOnce) {
  const pid_t child = start_holder(directory_);
  ASSERT_GT(child, 0);
  while (look_at_step(directory_)->state != StepState::Running) {
    std::this_thread::yield();
  }
  Instant::time_point killed;
  std::jthread killer([&] {
    killed = Instant::now();
    ::kill(child, SIGKILL);
  });
  const auto seen = wait_for_step(directory_, {});
  const auto end = Instant::now();
  killer.join();
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(seen->state, StepState::Died);
  EXPECT_LT(end - killed, 1000ms);
}

TEST_F(HandoverTest, AStopRequestEndsTheWait) {
  std::stop_source stop;
  std::jthread other([&] { stop.request_stop(); });
  const auto seen = wait_for_step(directory_, stop.get_token());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, "Cancelled");
}

TEST_F(HandoverTest, ProgressIsRelayedOnceForEachText) {
  const auto step = Handover::take(directory_);
  ASSERT_TRUE(step->write_progress(R"({"done":1})"));
  std::vector<std::string> relayed;
  const auto seen = wait_for_step(directory_, {}, [&](std::string_view json) {
    relayed.emplace_back(json);
    ASSERT_TRUE(step->write_done("{}"));
  });
  EXPECT_EQ(seen->state, StepState::Finished);
  EXPECT_EQ(relayed, std::vector<std::string>{R"({"done":1})"});
}

TEST_F(HandoverTest, ALinkIsNotFollowed) {
  std::ofstream(directory_ / "secret") << "secret";
  std::filesystem::create_symlink(directory_ / "secret", directory_ / "done");
  const auto seen = look_at_step(directory_);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, "HandoverUnreadable");
}

TEST_F(HandoverTest, ADoneWithoutEndIsRefused) {
  std::ofstream(directory_ / "done") << std::string(70'000, 'x');
  const auto seen = look_at_step(directory_);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, "HandoverUnreadable");
}

}  // namespace
}  // namespace staves::base
