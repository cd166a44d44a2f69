#include "api/cron_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace staves::api {
namespace {

using testing::HasSubstr;

std::string next(std::string_view schedule, std::string_view after) {
  const auto parsed = parse_cron_schedule(schedule);
  if (!parsed) return parsed.error().message;
  const auto time = next_time(*parsed, base::parse_rfc3339(after).value());
  return time ? base::to_rfc3339(*time) : "never";
}

TEST(CronSchedule, GivesTheNextTimeOfEveryKindOfField) {
  const std::string friday = "2026-05-01T12:34:56Z";
  const std::vector<std::pair<std::string, std::string>> cases{{"* * * * *", "2026-05-01T12:35:00Z"},
                                                               {"0 3 * * *", "2026-05-02T03:00:00Z"},
                                                               {"  0   3 * * *  ", "2026-05-02T03:00:00Z"},
                                                               {"34 12 * * *", "2026-05-02T12:34:00Z"},
                                                               {"*/15 * * * *", "2026-05-01T12:45:00Z"},
                                                               {"5/20 * * * *", "2026-05-01T12:45:00Z"},
                                                               {"10-40/10,59 * * * *", "2026-05-01T12:40:00Z"},
                                                               {"0 22-23,4 * * *", "2026-05-01T22:00:00Z"},
                                                               {"0 0 1 */3 *", "2026-07-01T00:00:00Z"},
                                                               {"0 0 1 jan *", "2027-01-01T00:00:00Z"},
                                                               {"0 0 1 FEB-MAR ?", "2027-02-01T00:00:00Z"},
                                                               {"0 3 * * Mon", "2026-05-04T03:00:00Z"},
                                                               {"0 3 * * 7", "2026-05-03T03:00:00Z"},
                                                               {"0 3 * * 0", "2026-05-03T03:00:00Z"},
                                                               {"0 3 * * 5-7", "2026-05-02T03:00:00Z"},
                                                               {"0 3 ? * MON-FRI", "2026-05-04T03:00:00Z"},
                                                               {"0 0 29 2 *", "2028-02-29T00:00:00Z"},
                                                               {"0 0 31 * *", "2026-05-31T00:00:00Z"},
                                                               {"@hourly", "2026-05-01T13:00:00Z"},
                                                               {"@daily", "2026-05-02T00:00:00Z"},
                                                               {"@midnight", "2026-05-02T00:00:00Z"},
                                                               {"@weekly", "2026-05-03T00:00:00Z"},
                                                               {"@monthly", "2026-06-01T00:00:00Z"},
                                                               {"@yearly", "2027-01-01T00:00:00Z"},
                                                               {"@annually", "2027-01-01T00:00:00Z"}};
  for (const auto& [schedule, expected] : cases) EXPECT_EQ(next(schedule, friday), expected) << schedule;
}

TEST(CronSchedule, IsAlwaysAfterTheMomentThatIsAskedAbout) {
  EXPECT_EQ(next("0 3 * * *", "2026-05-01T03:00:00Z"), "2026-05-02T03:00:00Z");
  EXPECT_EQ(next("0 3 * * *", "2026-05-01T02:59:59Z"), "2026-05-01T03:00:00Z");
  EXPECT_EQ(next("0 0 * * *", "2026-12-31T23:59:30Z"), "2027-01-01T00:00:00Z");
}

TEST(CronSchedule, WithDayAndWeekdayTakesEither) {
  EXPECT_EQ(next("0 0 13 * FRI", "2026-05-01T12:00:00Z"), "2026-05-08T00:00:00Z");
  EXPECT_EQ(next("0 0 3 * FRI", "2026-05-01T12:00:00Z"), "2026-05-03T00:00:00Z");
  EXPECT_EQ(next("0 0 30 2 MON", "2026-05-01T12:00:00Z"), "2027-02-01T00:00:00Z");
}

TEST(CronSchedule, FindsALeapDayAcrossACenturyWithoutOne) {
  EXPECT_EQ(next("0 0 29 2 *", "2096-03-01T00:00:00Z"), "2104-02-29T00:00:00Z");
}

TEST(CronSchedule, RefusesWhatIsNone) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "five fields"},
      {"0 3 * *", "and has 4"},
      {"0 0 3 * * *", "and has 6"},
      {"TZ=Europe/Berlin 0 3 * * *", "and has 6"},
      {"@every 5m", "@hourly"},
      {"@reboot", "@hourly"},
      {"60 * * * *", "the minute 60, which must be *, a value from 0 to 59"},
      {"* 24 * * *", "a value from 0 to 23"},
      {"* * 0 * *", "a value from 1 to 31"},
      {"* * * 13 *", "a value from 1 to 12 or a name such as DEC"},
      {"* * * * 8", "a value from 0 to 7 or a name such as SAT"},
      {"* * * MON *", "the month MON"},
      {"* * L * *", "the day of the month L"},
      {"-1 * * * *", "the minute -1"},
      {"1, * * * *", "has the minute , which must be"},
      {"*/0 * * * *", "a step above 0"},
      {"*/-5 * * * *", "a step above 0"},
      {"*/99999999999 * * * *", "a step above 0"},
      {"* * * * FRI-MON", "must not end before it begins"},
      {"5-1 * * * *", "must not end before it begins"},
      {"0 0 30 2 *", "none of its months has its days"},
      {"0 0 31 2,4,6,9,11 *", "none of its months has its days"},
      {"1;2 * * * *", "the minute 1;2"}};
  for (const auto& [schedule, why] : cases) {
    const auto parsed = parse_cron_schedule(schedule);
    ASSERT_FALSE(parsed) << schedule;
    EXPECT_EQ(parsed.error().code, "InvalidSchedule");
    EXPECT_THAT(parsed.error().message, HasSubstr(why)) << schedule;
  }
}

}  // namespace
}  // namespace staves::api
