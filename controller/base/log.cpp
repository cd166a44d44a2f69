#include "base/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>

#include "base/clock.h"
#include "nlohmann/json.hpp"

namespace staves::base {

namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

std::atomic<LogLevel>& threshold() {
  static std::atomic<LogLevel> level{LogLevel::Info};
  return level;
}

/// `"key":"value"`; bytes that are no UTF-8 are replaced.
void append_member(std::string& line, std::string_view key, std::string_view value) {
  constexpr auto replace = nlohmann::json::error_handler_t::replace;
  line += line.empty() ? '{' : ',';
  line += nlohmann::json(key).dump(-1, ' ', false, replace);
  line += ':';
  line += nlohmann::json(value).dump(-1, ' ', false, replace);
}

std::string now_text() {
  const TimePoint now = SystemClock().now();
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(now.time_since_epoch().count() % 1000));
  std::string text = to_rfc3339(now);
  text.replace(text.size() - 1, 1, fraction.data());
  return text;
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void set_log_level(LogLevel level) {
  threshold() = level;
}

bool set_log_level(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names[i] != name) continue;
    set_log_level(static_cast<LogLevel>(i));
    return true;
  }
  return false;
}

void log(LogLevel level, std::string_view message, LogFields fields) {
  if (level < threshold().load()) return;
  // Memory may be what has run out: a lost line is better than a lost process.
  try {
    std::string line;
    append_member(line, "time", now_text());
    append_member(line, "level", level_names[static_cast<std::size_t>(level)]);
    append_member(line, "message", message);
    for (const auto& [key, value] : fields) append_member(line, key, value);
    line += "}\n";
    // One write per line: lines of several threads and processes do not mix.
    write_all(line);
  } catch (...) {
    // On purpose: what cannot be logged is not worth the program's life.
  }
}

}  // namespace staves::base
