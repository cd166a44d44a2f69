#include "base/clock.h"

#include "gtest/gtest.h"

namespace staves::base {
namespace {

using namespace std::chrono_literals;

TEST(TimePoint, IsWrittenAsKubernetesWritesIt) {
  EXPECT_EQ(to_rfc3339(TimePoint(0ms)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(TimePoint(1'777'636'800'999ms)), "2026-05-01T12:00:00Z");
}

TEST(TimePoint, ReadsFractionsAndOffsets) {
  EXPECT_EQ(parse_rfc3339("2026-05-01T12:00:00Z"), TimePoint(1'777'636'800'000ms));
  EXPECT_EQ(parse_rfc3339("2026-05-01T12:00:00.250000Z"), TimePoint(1'777'636'800'250ms));
  EXPECT_EQ(parse_rfc3339("2026-05-01T14:00:00+02:00"), TimePoint(1'777'636'800'000ms));
  EXPECT_EQ(parse_rfc3339("2026-05-01T11:30:00-00:30"), TimePoint(1'777'636'800'000ms));
}

TEST(TimePoint, RefusesWhatIsNoTime) {
  for (const auto* text :
       {"", "2026-05-01", "2026-05-01T12:00:00", "2026-05-01T12:00:00Zulu", "yesterday at noon...."}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code, "InvalidTime");
  }
}

TEST(SystemClock, TellsTheTimeOfTheMachine) {
  const SystemClock clock;
  const auto before = std::chrono::system_clock::now();
  EXPECT_GE(clock.now() + 1ms, before);
  EXPECT_LE(clock.now(), std::chrono::system_clock::now());
}

}  // namespace
}  // namespace staves::base
