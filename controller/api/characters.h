#pragma once

#include <array>
#include <string_view>

namespace staves::api {

/// A set of ASCII characters. Bytes above 127 are in none.
class Characters {
 public:
  constexpr explicit Characters(std::string_view characters) {
    for (const char c : characters) has_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  constexpr Characters operator+(const Characters& other) const {
    Characters both = *this;
    for (std::size_t at = 0; at < has_.size(); ++at) both.has_[at] = has_[at] || other.has_[at];
    return both;
  }

 private:
  std::array<bool, 256> has_{};
};

inline constexpr Characters digits("0123456789");
inline constexpr Characters lower_case("abcdefghijklmnopqrstuvwxyz");
inline constexpr Characters upper_case("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
inline constexpr Characters alphanumeric = digits + lower_case + upper_case;

constexpr Characters alphanumeric_and(std::string_view others) {
  return alphanumeric + Characters(others);
}

/// One character or more, all of the set.
constexpr bool consists_of(std::string_view text, const Characters& all) {
  for (const char c : text) {
    if (!all.has(c)) return false;
  }
  return !text.empty();
}

/// One character of `first`, then any of `rest`.
constexpr bool begins_and_goes_on(std::string_view text, const Characters& first, const Characters& rest) {
  return !text.empty() && first.has(text.front()) && (text.size() == 1 || consists_of(text.substr(1), rest));
}

/// Pieces between the marks, each of which must pass; there is at least one.
constexpr bool all_parts(std::string_view text, char mark, bool (*passes)(std::string_view part)) {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    if (!passes(text.substr(0, at))) return false;
    text.remove_prefix(at + 1);
  }
  return passes(text);
}

/// The number of a TCP port, 1 to 65535, in decimal digits.
constexpr bool is_port(std::string_view text) {
  if (!consists_of(text, digits) || text.size() > 5 || text.front() == '0') return false;
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  return port <= 65535;
}

/// Whether a list of names has this one.
template <std::size_t count>
constexpr bool is_one_of(std::string_view text, const std::array<std::string_view, count>& all) {
  for (const std::string_view one : all) {
    if (one == text) return true;
  }
  return false;
}

}  // namespace staves::api
