#include "kube/server_address.h"

#include <algorithm>

namespace staves::kube {

namespace {

bool has_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.back() == ']') return false;
  const auto port = host.substr(colon + 1);
  return !port.empty() && port.size() <= 5 && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host(std::string_view host) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").contains(c);
  };
  return !host.empty() && host.front() != ':' && std::ranges::all_of(host, is_allowed);
}

bool is_path(std::string_view path) {
  return !path.contains("..") &&
         std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
}

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view server) {
  const bool secure = server.starts_with("https://");
  std::string_view rest = server;
  if (secure || server.starts_with("http://")) rest.remove_prefix(secure ? 8 : 7);
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string_view host = rest.substr(0, slash);
  std::string_view path = rest.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (rest.size() == server.size() || !is_host(host) || !is_path(path)) {
    return base::fail("InvalidServer", "the API server's address is not http(s)://host[:port][/path]",
                      base::Retry::never());
  }
  std::string origin = (secure ? "https://" : "http://") + std::string(host);
  if (!has_port(host)) origin += secure ? ":443" : ":80";
  return ServerAddress{std::move(origin), std::string(path)};
}

}  // namespace staves::kube
