#include "command/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "api/bounded_text.h"

namespace staves::command {

namespace {

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string duration_text(std::chrono::seconds time) {
  const auto seconds = std::max<std::int64_t>(time.count(), 0);
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  const auto with_rest = [](std::int64_t whole, const char* unit, std::int64_t rest, const char* smaller) {
    return std::to_string(whole) + unit + (rest > 0 ? std::to_string(rest) + smaller : "");
  };
  if (seconds < 2 * minute) return std::to_string(seconds) + "s";
  if (seconds < 10 * minute) return with_rest(seconds / minute, "m", seconds % minute, "s");
  if (seconds < 2 * hour) return std::to_string(seconds / minute) + "m";
  if (seconds < 10 * hour) return with_rest(seconds / hour, "h", seconds % hour / minute, "m");
  if (seconds < 2 * day) return std::to_string(seconds / hour) + "h";
  return std::to_string(seconds / day) + "d";
}

std::string age_text(base::TimePoint since, base::TimePoint now) {
  if (since == base::TimePoint{}) return "-";
  return duration_text(std::chrono::duration_cast<std::chrono::seconds>(now - since));
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes <= 0) return "-";
  constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < units.size(); ++unit) value /= 1000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text.data();
}

std::string short_digest(std::string_view digest) {
  constexpr std::size_t shown = 12;
  const auto colon = digest.find(':');
  return std::string(digest.substr(colon == std::string_view::npos ? 0 : colon + 1, shown));
}

std::string printable(std::string_view text) {
  std::string clean = api::valid_utf8(text);
  std::ranges::replace_if(clean, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  std::ranges::replace_if(clean, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, '?');
  return clean;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

std::string fit(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t bytes = 0;
  for (std::size_t shown = 0; bytes < text.size(); ++bytes) {
    if (!continues(text[bytes]) && ++shown > columns - 1) break;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace staves::command
