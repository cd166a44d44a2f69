#include "kube/rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

/// How long each of so many requests at once has to wait.
std::vector<std::chrono::milliseconds> waits(RateLimiter& limiter, int requests) {
  std::vector<std::chrono::milliseconds> all;
  for (int i = 0; i < requests; ++i) all.push_back(limiter.take(1h).value());
  return all;
}

TEST(RateLimiter, ABurstGoesAtOnceAndTheRestOneByOne) {
  RateLimiter limiter(10, 3, std::make_shared<test::ManualClock>());
  EXPECT_THAT(waits(limiter, 6), ElementsAre(0ms, 0ms, 0ms, 100ms, 200ms, 300ms));
}

TEST(RateLimiter, WithoutABurstItIsTwiceTheRateAndAtLeastOne) {
  const auto clock = std::make_shared<test::ManualClock>();
  RateLimiter fast(2, 0, clock);
  EXPECT_THAT(waits(fast, 5), ElementsAre(0ms, 0ms, 0ms, 0ms, 500ms));
  RateLimiter slow(0.25, 0, clock);
  EXPECT_THAT(waits(slow, 2), ElementsAre(0ms, 4000ms));
}

TEST(RateLimiter, TokensComeWithTimeButNoMoreThanTheBurst) {
  const auto clock = std::make_shared<test::ManualClock>();
  RateLimiter limiter(10, 2, clock);
  EXPECT_THAT(waits(limiter, 3), ElementsAre(0ms, 0ms, 100ms));
  clock->advance(200ms);
  EXPECT_THAT(waits(limiter, 2), ElementsAre(0ms, 100ms));
  clock->advance(1h);
  EXPECT_THAT(waits(limiter, 3), ElementsAre(0ms, 0ms, 100ms));
}

TEST(RateLimiter, WhoWouldWaitTooLongTakesNoTokenFromTheOthers) {
  RateLimiter limiter(1, 1, std::make_shared<test::ManualClock>());
  EXPECT_EQ(limiter.take(0ms), 0ms);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.take(999ms), std::nullopt);
  EXPECT_EQ(limiter.take(1000ms), 1000ms);
}

}  // namespace
}  // namespace staves::kube
