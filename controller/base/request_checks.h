#pragma once

#include <algorithm>
#include <string_view>

#include "base/http.h"

// What every implementation of HttpClient asks about a request before it sends it.
namespace staves::base {

/// Whether a request changes nothing, so that it may be sent as often as it takes.
inline bool is_reading(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// Whether a text can stand in a head as it is. The libraries would put in whatever they are given.
inline bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace staves::base
