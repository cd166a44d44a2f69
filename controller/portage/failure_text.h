#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staves::portage {

/// The lines of a failed emerge and ways to find something in them.
class FailureText {
 public:
  explicit FailureText(const std::vector<std::string>& lines) : lines_(lines) {}

  /// Number of the first line that contains `part`, from line `from` on.
  std::optional<std::size_t> find(std::string_view part, std::size_t from = 0) const;
  bool has(std::string_view part) const { return find(part).has_value(); }
  /// The line; empty beyond the end.
  std::string_view line(std::size_t number) const;
  std::size_t size() const { return lines_.size(); }

  /// Up to 25 lines that end with line `last`, at most 1,800 bytes, without progress lines and repeated lines.
  std::string tail(std::size_t last) const;
  /// The tail of all lines.
  std::string tail() const { return tail(lines_.empty() ? 0 : lines_.size() - 1); }

 private:
  const std::vector<std::string>& lines_;
};

/// What stands between the first `open` and the next `close` after it; empty when there is no such pair.
std::string_view between(std::string_view text, std::string_view open, std::string_view close);

/// Without spaces, the given marks and what surrounds a sentence: "!!! ", " * ", "emerge: ".
std::string_view sentence(std::string_view line);

}  // namespace staves::portage
