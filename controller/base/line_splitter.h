#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace staves::base {

/// Cuts a program's output into lines. A line above 64 KiB is handed over in pieces of that size; so is a last line
/// without a newline, at the end.
class LineSplitter {
 public:
  using OnLine = std::function<void(std::string_view line)>;

  /// `on_line` outlives it.
  explicit LineSplitter(const OnLine& on_line) : on_line_(on_line) {}

  void feed(std::string_view bytes);
  /// Nothing comes any more: hands over what is left.
  void finish();

 private:
  static constexpr std::size_t limit = 64U << 10U;

  const OnLine& on_line_;
  std::string partial_;
};

}  // namespace staves::base
