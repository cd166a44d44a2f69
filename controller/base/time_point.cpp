#include "base/time_point.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>

namespace staves::base {

std::string to_rfc3339(TimePoint time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

namespace {

/// Milliseconds of a fraction such as ".25"; 0 when there is none. Moves `rest` past it.
int take_fraction(std::string_view& rest) {
  if (rest.empty() || rest.front() != '.') return 0;
  rest.remove_prefix(1);
  int milliseconds = 0;
  int weight = 100;
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
    milliseconds += weight * (rest.front() - '0');
    weight /= 10;
    rest.remove_prefix(1);
  }
  return milliseconds;
}

std::optional<int> two_digits(std::string_view text, std::size_t at) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() < at + 2 || !digit(text[at]) || !digit(text[at + 1])) return std::nullopt;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// Seconds east of UTC of "Z" or "+hh:mm".
Result<int> parse_offset(std::string_view rest) {
  if (rest == "Z" || rest == "z") return 0;
  const auto hours = two_digits(rest, 1);
  const auto minutes = two_digits(rest, 4);
  const bool whole = rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':' && hours && minutes;
  if (!whole) return fail("InvalidTime", "the time has no zone", Retry::never());
  return (rest[0] == '-' ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

}  // namespace

Result<TimePoint> parse_rfc3339(std::string_view text) {
  std::tm parts{};
  constexpr std::size_t date_and_time = 19;
  const std::string head(text.substr(0, date_and_time));
  if (head.size() != date_and_time || strptime(head.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) {
    return fail("InvalidTime", "'" + std::string(text) + "' is not an RFC 3339 time", Retry::never());
  }
  std::string_view rest = text.substr(date_and_time);
  const int milliseconds = take_fraction(rest);
  TRY_ASSIGN(const int offset, parse_offset(rest));
  const auto seconds = std::chrono::seconds(timegm(&parts) - offset);
  return TimePoint(seconds + std::chrono::milliseconds(milliseconds));
}

}  // namespace staves::base
