#include "api/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace staves::api {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 16> suffixes{{{"", 1.0},
                                                                        {"n", 1e-9},
                                                                        {"u", 1e-6},
                                                                        {"m", 1e-3},
                                                                        {"k", 1e3},
                                                                        {"M", 1e6},
                                                                        {"G", 1e9},
                                                                        {"T", 1e12},
                                                                        {"P", 1e15},
                                                                        {"E", 1e18},
                                                                        {"Ki", 0x1p10},
                                                                        {"Mi", 0x1p20},
                                                                        {"Gi", 0x1p30},
                                                                        {"Ti", 0x1p40},
                                                                        {"Pi", 0x1p50},
                                                                        {"Ei", 0x1p60}}};

}  // namespace

std::optional<double> quantity_value(std::string_view text) {
  double number = 0;
  // "1E" is a number with a suffix, "1E3" one with an exponent: from_chars takes an exponent only with digits.
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto found = std::ranges::find(suffixes, rest, &std::pair<std::string_view, double>::first);
  if (found == suffixes.end()) return std::nullopt;
  return number * found->second;
}

}  // namespace staves::api
