#include "api/toml_nesting.h"

#include <algorithm>
#include <string>

namespace staves::api {

namespace {

constexpr int most_dots = 16;

/// Walks over a text and knows whether it is inside a string.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::optional<TextPosition> first_dot_too_many() {
    while (at_ < text_.size()) {
      if (text_[at_] == '.' && ++dots_ > most_dots) return here();
      step();
    }
    return std::nullopt;
  }

 private:
  void step() {
    switch (text_[at_]) {
      case '\n':
        begin_line();
        break;
      case '#':
        at_ = std::min(text_.find('\n', at_), text_.size());
        break;
      case '"':
      case '\'':
        skip_string(text_[at_]);
        break;
      default:
        ++at_;
    }
  }

  void begin_line() {
    ++at_;
    ++line_;
    line_start_ = at_;
    dots_ = 0;
  }

  void skip_string(char quote) {
    const std::string_view thrice = quote == '"' ? R"(""")" : "'''";
    const bool is_long = text_.substr(at_).starts_with(thrice);
    at_ += is_long ? 3 : 1;
    while (at_ < text_.size()) {
      if (text_[at_] == '\n') {
        if (!is_long) return;  // unfinished: the parser will say so
        begin_line();
      } else if (text_[at_] == '\\' && quote == '"') {
        at_ += text_.substr(at_).starts_with("\\\n") ? 1 : 2;
      } else if (is_long ? text_.substr(at_).starts_with(thrice) : text_[at_] == quote) {
        at_ += is_long ? 3 : 1;
        // The last quotes of a long string may be its own.
        for (int more = 0; is_long && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;
        return;
      } else {
        ++at_;
      }
    }
  }

  TextPosition here() const {
    const auto before = text_.substr(line_start_, at_ - line_start_);
    const auto characters =
        std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return {line_, static_cast<std::size_t>(characters) + 1};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  int dots_ = 0;
};

}  // namespace

std::optional<TextPosition> nested_too_deeply(std::string_view text) {
  return Walk(text).first_dot_too_many();
}

}  // namespace staves::api
