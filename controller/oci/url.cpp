#include "oci/url.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// A name or an address in brackets, and perhaps a port.
bool is_authority(std::string_view text) {
  const auto end = text.starts_with('[') ? std::min(text.find(']'), text.size() - 1) + 1 : text.find(':');
  const std::string_view name = text.substr(0, end);
  const std::string_view port = text.substr(name.size());
  const bool numeric = port.size() > 1 && port.front() == ':' && port.find_first_not_of("0123456789", 1) == port.npos;
  return !name.empty() && (port.empty() || numeric);
}

std::unexpected<base::Error> invalid() {
  return fail("InvalidUrl", "a server named an address that is not http", Retry::never());
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return invalid();
  Url url{lower(text.substr(0, colon)), {}, "/"};
  if (url.scheme != "http" && url.scheme != "https") return invalid();
  const auto rest = text.substr(colon + 3);
  const auto end = std::min(rest.size(), rest.find_first_of("/?#"));
  url.host = lower(rest.substr(0, end));
  // The address comes from a server and goes into a request: no user names, no control characters.
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
  if (!is_authority(url.host) || url.host.find('@') != std::string::npos || !printable) return invalid();
  auto target = rest.substr(end);
  target = target.substr(0, target.find('#'));
  if (!target.empty()) url.target = (target.front() == '/' ? "" : "/") + std::string(target);
  return url;
}

Result<Url> resolve_location(const Url& base, std::string_view location) {
  if (location.empty()) return invalid();
  const auto scheme_end = location.find("://");
  if (scheme_end != std::string_view::npos && scheme_end < location.find_first_of("/?#")) return parse_url(location);
  if (location.starts_with("//")) return parse_url(base.scheme + ":" + std::string(location));
  if (location.starts_with('/')) return parse_url(base.scheme + "://" + base.host + std::string(location));
  const auto path = base.target.substr(0, base.target.find('?'));
  const auto folder = location.starts_with('?') ? path : path.substr(0, path.rfind('/') + 1);
  return parse_url(base.scheme + "://" + base.host + folder + std::string(location));
}

std::string to_string(const Url& url) {
  return origin_of(url) + url.target;
}

std::string origin_of(const Url& url) {
  std::string_view host = url.host;
  const std::string_view usual = url.scheme == "https" ? ":443" : ":80";
  if (host.ends_with(usual)) host.remove_suffix(usual.size());
  return url.scheme + "://" + std::string(host);
}

std::string with_query(std::string target, std::string_view name, std::string_view value) {
  target += target.find('?') == std::string::npos ? '?' : '&';
  return target + std::string(name) + "=" + percent_encode(value);
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c)) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += digits[byte >> 4U];
      result += digits[byte & 15U];
    }
  }
  return result;
}

}  // namespace staves::oci
