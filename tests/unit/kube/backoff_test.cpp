#include "kube/backoff.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, PausesDoubleUpToTheCap) {
  const test::ManualClock clock;
  Backoff backoff({}, clock, [] { return 0.0; });
  std::vector<std::chrono::milliseconds> pauses;
  for (int i = 0; i < 8; ++i) pauses.push_back(backoff.next());
  EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30000ms,
                                                            30000ms}));
}

TEST(Backoff, JitterAddsUpToAsMuchAgain) {
  const test::ManualClock clock;
  Backoff backoff({}, clock, [] { return 0.5; });
  EXPECT_EQ(backoff.next(), 1200ms);
}

TEST(Backoff, AHealthyTimeStartsItOver) {
  test::ManualClock clock;
  Backoff backoff({}, clock, [] { return 0.0; });
  backoff.next();
  clock.advance(119s);
  EXPECT_EQ(backoff.next(), 1600ms);
  clock.advance(120s);
  EXPECT_EQ(backoff.next(), 800ms);
}

TEST(Backoff, StartsOverWhenSomethingWorked) {
  const test::ManualClock clock;
  Backoff backoff({}, clock, [] { return 0.0; });
  backoff.next();
  backoff.next();
  backoff.start_over();
  EXPECT_EQ(backoff.next(), 800ms);
}

}  // namespace
}  // namespace staves::kube
