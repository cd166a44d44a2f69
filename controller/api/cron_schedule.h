#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time_point.h"

namespace staves::api {

/// Moments that come again: minutes in UTC. Each member has one bit per value.
struct CronSchedule {
  std::uint64_t minutes = 0;   ///< 0..59
  std::uint64_t hours = 0;     ///< 0..23
  std::uint64_t days = 0;      ///< 1..31, of the month
  std::uint64_t months = 0;    ///< 1..12
  std::uint64_t weekdays = 0;  ///< 0..6, 0 is Sunday
  bool every_day = false;      ///< the day of the month is * or ?
  bool every_weekday = false;  ///< the same of the weekday; with both restricted, either is enough
  friend bool operator==(const CronSchedule&, const CronSchedule&) = default;
};

/// Reads five fields as a CronJob has them (minute, hour, day of the month, month, weekday), each *, ?, a value, a
/// range or a list of those, with /STEP where wanted; months and weekdays also by three letters, Sunday also as 7.
/// Or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually.
/// Errors: InvalidSchedule (retry: when the spec changes): the message goes on after the name of the field. A day that
/// no month has (30 2) is one.
base::Result<CronSchedule> parse_cron_schedule(std::string_view text);

/// The first moment after `after`; nothing when there is none within nine years, which no schedule that was read gives.
std::optional<base::TimePoint> next_time(const CronSchedule& schedule, base::TimePoint after);

}  // namespace staves::api
