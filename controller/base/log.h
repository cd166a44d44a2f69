#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace staves::base {

/// One fact of a log line: a snake_case key and a value.
using LogField = std::pair<std::string_view, std::string>;
using LogFields = std::initializer_list<LogField>;

enum class LogLevel { Debug, Info, Warning, Error };

/// Sets what is written from now on; the default is Info. Lines go to standard error.
void set_log_level(LogLevel level);
/// Errors: false when `name` is none of debug, info, warning, error.
bool set_log_level(std::string_view name);

/// Writes one JSON line: time, level, message and the fields. Thread-safe, never throws.
void log(LogLevel level, std::string_view message, LogFields fields = {});

inline void log_debug(std::string_view message, LogFields fields = {}) {
  log(LogLevel::Debug, message, fields);
}
inline void log_info(std::string_view message, LogFields fields = {}) {
  log(LogLevel::Info, message, fields);
}
inline void log_warning(std::string_view message, LogFields fields = {}) {
  log(LogLevel::Warning, message, fields);
}
inline void log_error(std::string_view message, LogFields fields = {}) {
  log(LogLevel::Error, message, fields);
}

}  // namespace staves::base
