#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace staves::kube {

/// Cuts a stream of bytes into lines at '\n', however the bytes arrive. A last line without '\n' is never handed over:
/// it may have been cut short. A line above the limit is left out and counted.
class LineFramer {
 public:
  static constexpr std::size_t default_limit = 8U << 20U;

  explicit LineFramer(std::size_t limit = default_limit) : limit_(limit) {}

  /// Takes bytes; calls `on_line` for each line that they complete (without the newline), until it returns false.
  /// False: `on_line` wanted no more, and the rest was dropped.
  bool feed(std::string_view bytes, const std::function<bool(std::string_view line)>& on_line);

  /// Lines that were left out since the beginning.
  std::uint64_t oversized() const { return oversized_; }

 private:
  void keep(std::string_view part);

  std::size_t limit_;
  std::string partial_;
  bool skipping_ = false;
  std::uint64_t oversized_ = 0;
};

}  // namespace staves::kube
