#include "operate/host_of.h"

#include <algorithm>

#include "oci/reference.h"

namespace staves::operate {

namespace {

/// The part of a URI that says whom it belongs to, with user and port; empty when it is none.
std::string authority_of(const std::string& uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string::npos) return {};
  const auto begin = scheme + 3;
  return uri.substr(begin, uri.find_first_of("/?#", begin) - begin);
}

std::string without_port(const std::string& host) {
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  const bool is_port = colon != std::string::npos && (bracket == std::string::npos || bracket < colon);
  return is_port ? host.substr(0, colon) : host;
}

}  // namespace

std::string host_of(const std::string& reference) {
  std::string host = authority_of(reference);
  host.erase(0, host.rfind('@') + 1);
  if (host.empty()) {
    const auto parsed = oci::parse_reference(reference);
    if (!parsed) return reference;
    host = parsed->host;
  }
  host = without_port(host);
  if (host.ends_with('.')) host.pop_back();
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return host;
}

}  // namespace staves::operate
