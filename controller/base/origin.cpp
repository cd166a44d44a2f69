#include "base/origin.h"

#include <algorithm>

namespace staves::base {

namespace {

bool is_port(std::string_view text) {
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() && text.size() <= 5 && std::stoi(std::string(text)) <= 65535;
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::none_of(text, [](char c) {
    return c <= ' ' || c >= 0x7f || std::string_view("/?#@[]\\\"<>").contains(c);
  });
}

}  // namespace

std::string Origin::authority() const {
  const bool is_ip6 = host.contains(':');
  return (is_ip6 ? "[" + host + "]" : host) + ":" + port;
}

Result<Origin> parse_origin(std::string_view text) {
  const auto invalid = [&] {
    return fail("InvalidOrigin", "'" + std::string(text) + "' is not http(s)://host[:port]", Retry::never());
  };
  Origin origin;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    origin.secure = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return invalid();
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  origin.port = origin.secure ? "443" : "80";
  const bool bracketed = rest.starts_with('[');
  const auto end = bracketed ? rest.find(']') : std::min(rest.find(':'), rest.size());
  if (end == std::string_view::npos) return invalid();
  origin.host = rest.substr(bracketed ? 1 : 0, end - (bracketed ? 1 : 0));
  rest.remove_prefix(end + (bracketed ? 1 : 0));
  if (rest.starts_with(':')) {
    origin.port = rest.substr(1);
    rest = {};
  }
  if (!rest.empty() || !is_host(origin.host) || !is_port(origin.port)) return invalid();
  return origin;
}

}  // namespace staves::base
