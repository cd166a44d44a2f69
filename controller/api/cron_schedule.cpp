#include "api/cron_schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace staves::api {

namespace {

using Names = std::vector<std::string_view>;

/// One of the five fields.
struct Field {
  const char* name;
  unsigned least;
  unsigned most;
  Names names;  ///< of the values from `least` on
};

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> all{
      {{"minute", 0, 59, {}},
       {"hour", 0, 23, {}},
       {"day of the month", 1, 31, {}},
       {"month", 1, 12, {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
       {"weekday", 0, 7, {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}}};
  return all;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> nicknames{{{"@hourly", "0 * * * *"},
                                                                                  {"@daily", "0 0 * * *"},
                                                                                  {"@midnight", "0 0 * * *"},
                                                                                  {"@weekly", "0 0 * * 0"},
                                                                                  {"@monthly", "0 0 1 * *"},
                                                                                  {"@yearly", "0 0 1 1 *"},
                                                                                  {"@annually", "0 0 1 1 *"}}};

std::unexpected<base::Error> refused(std::string why) {
  return base::fail("InvalidSchedule", std::move(why), base::Retry::when_spec_changes());
}

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<unsigned> number_in(std::string_view text) {
  constexpr std::size_t most_digits = 4;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && text.size() <= most_digits;
  return whole ? std::optional(number) : std::nullopt;
}

bool is_name(std::string_view text, std::string_view name) {
  return std::ranges::equal(text, name, [](char a, char b) { return a == b || a == b - 'A' + 'a'; });
}

std::optional<unsigned> value_in(std::string_view text, const Field& field) {
  const auto named = std::ranges::find_if(field.names, [&](std::string_view name) { return is_name(text, name); });
  if (named != field.names.end()) return field.least + static_cast<unsigned>(named - field.names.begin());
  const auto number = number_in(text);
  return number && *number >= field.least && *number <= field.most ? number : std::nullopt;
}

bool is_any(std::string_view text) {
  return text == "*" || text == "?";
}

base::Result<std::uint64_t> bits_of_part(std::string_view part, const Field& field) {
  const auto no = [&](const std::string& why) {
    return refused("has the " + std::string(field.name) + " " + std::string(part) + ", which " + why);
  };
  const auto slash = part.find('/');
  const auto step = slash == std::string_view::npos ? std::optional(1U) : number_in(part.substr(slash + 1));
  if (!step || *step == 0) return no("must have a step above 0 after the /");
  const std::string_view range = part.substr(0, slash);
  const auto dash = range.find('-');
  const unsigned last = field.most == 7 ? 6 : field.most;  // 7 is Sunday once more
  auto from = is_any(range) ? std::optional(field.least) : value_in(range.substr(0, dash), field);
  auto to = from;
  if (is_any(range) || (dash == std::string_view::npos && slash != std::string_view::npos)) to = last;
  if (dash != std::string_view::npos) to = value_in(range.substr(dash + 1), field);
  if (!from || !to) {
    return no("must be *, a value from " + std::to_string(field.least) + " to " + std::to_string(field.most) +
              (field.names.empty() ? "" : " or a name such as " + std::string(field.names.back())) +
              ", a range, or a list of those");
  }
  if (*from > *to) return no("must not end before it begins");
  std::uint64_t bits = 0;
  for (unsigned value = *from; value <= *to; value += *step) bits |= std::uint64_t{1} << value;
  return bits;
}

base::Result<std::uint64_t> bits_of(std::string_view text, const Field& field) {
  std::uint64_t bits = 0;
  for (const std::string_view part : split(text, ',')) {
    TRY_ASSIGN(const auto some, bits_of_part(part, field));
    bits |= some;
  }
  return bits;
}

bool has(std::uint64_t bits, unsigned value) {
  return ((bits >> value) & 1U) != 0;
}

bool is_possible(const CronSchedule& schedule) {
  if (!schedule.every_weekday || schedule.every_day) return true;
  constexpr std::array<unsigned, 12> longest{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (unsigned month = 1; month <= 12; ++month) {
    if (!has(schedule.months, month)) continue;
    for (unsigned day = 1; day <= longest.at(month - 1); ++day) {
      if (has(schedule.days, day)) return true;
    }
  }
  return false;
}

bool is_day_of(const CronSchedule& schedule, std::chrono::sys_days date) {
  const std::chrono::year_month_day day(date);
  if (!has(schedule.months, static_cast<unsigned>(day.month()))) return false;
  const bool by_day = has(schedule.days, static_cast<unsigned>(day.day()));
  const bool by_weekday = has(schedule.weekdays, std::chrono::weekday(date).c_encoding());
  return schedule.every_day || schedule.every_weekday ? by_day && by_weekday : by_day || by_weekday;
}

/// The first minute of a day that is not before `from`.
std::optional<unsigned> minute_of_day(const CronSchedule& schedule, unsigned from) {
  for (unsigned minute = from; minute < 24 * 60; ++minute) {
    if (has(schedule.hours, minute / 60) && has(schedule.minutes, minute % 60)) return minute;
  }
  return std::nullopt;
}

}  // namespace

base::Result<CronSchedule> parse_cron_schedule(std::string_view text) {
  const auto nickname = std::ranges::find(nicknames, text, &std::pair<std::string_view, std::string_view>::first);
  if (nickname != nicknames.end()) text = nickname->second;
  if (text.starts_with('@')) {
    return refused("must be five fields, or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually");
  }
  std::vector<std::string_view> parts = split(text, ' ');
  std::erase(parts, std::string_view());
  if (parts.size() != fields().size()) {
    return refused(
        "must have five fields (minute, hour, day of the month, month, weekday) such as 0 3 * * *, and has " +
        std::to_string(parts.size()));
  }
  std::array<std::uint64_t, 5> bits{};
  for (std::size_t i = 0; i < bits.size(); ++i) {
    TRY_ASSIGN(bits.at(i), bits_of(parts[i], fields().at(i)));
  }
  const bool with_seven = has(bits[4], 7);
  const CronSchedule schedule{.minutes = bits[0],
                              .hours = bits[1],
                              .days = bits[2],
                              .months = bits[3],
                              .weekdays = (bits[4] & 0x7FU) | (with_seven ? 1U : 0U),
                              .every_day = is_any(parts[2]),
                              .every_weekday = is_any(parts[4])};
  if (!is_possible(schedule)) return refused("must name a day that there is, and none of its months has its days");
  return schedule;
}

std::optional<base::TimePoint> next_time(const CronSchedule& schedule, base::TimePoint after) {
  using namespace std::chrono;
  constexpr int most_days = 9 * 366;  // from one 29 February to the next there may be eight years
  const auto first = floor<minutes>(after) + minutes(1);
  auto date = floor<days>(first);
  auto from = static_cast<unsigned>((first - date).count());
  for (int tried = 0; tried < most_days; ++tried, date += days(1), from = 0) {
    if (!is_day_of(schedule, date)) continue;
    if (const auto minute = minute_of_day(schedule, from)) return date + minutes(*minute);
  }
  return std::nullopt;
}

}  // namespace staves::api
