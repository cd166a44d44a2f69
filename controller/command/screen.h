#pragma once

#include <string_view>

namespace staves::command {

/// Where a command writes.
class Screen {
 public:
  virtual ~Screen() = default;
  /// What was asked for.
  virtual void out(std::string_view text) = 0;
  /// Errors and remarks that a pipe must not see.
  virtual void err(std::string_view text) = 0;
  /// Whether `out` is a terminal, where lines can be written again.
  virtual bool is_terminal() const = 0;
  /// Its width; 80 when it is not known.
  virtual int columns() const = 0;
};

}  // namespace staves::command
