#include "oci/reference.h"

#include <charconv>

#include "base/digest.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::size_t max_path = 255;
constexpr std::size_t max_tag = 128;

bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

/// Runs of [a-z0-9] joined by ".", "_", "__" or dashes.
bool is_path_segment(std::string_view segment) {
  if (segment.empty() || !is_lower_alphanumeric(segment.front()) || !is_lower_alphanumeric(segment.back()))
    return false;
  for (std::size_t at = 0; at < segment.size();) {
    if (is_lower_alphanumeric(segment[at])) {
      ++at;
      continue;
    }
    const auto end = std::min(segment.size(), segment.find_first_not_of("._-", at));
    const auto separator = segment.substr(at, end - at);
    const bool dashes = separator.find_first_not_of('-') == std::string_view::npos;
    if (separator.empty()) return false;
    if (separator != "." && separator != "_" && separator != "__" && !dashes) return false;
    at = end;
  }
  return true;
}

bool is_path(std::string_view path) {
  if (path.empty() || path.size() > max_path) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.size(), path.find('/', at));
    if (!is_path_segment(path.substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && port > 0;
}

bool is_host(std::string_view host) {
  std::string_view name = host;
  if (name.starts_with('[')) {
    const auto close = name.find(']');
    if (close == std::string_view::npos || name.find_first_not_of("0123456789abcdefABCDEF:.", 1) != close) return false;
    const auto rest = name.substr(close + 1);
    return close > 1 && (rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1))));
  }
  if (const auto colon = name.find(':'); colon != std::string_view::npos) {
    if (!is_port(name.substr(colon + 1))) return false;
    name = name.substr(0, colon);
  }
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; };
  return !name.empty() && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
         std::ranges::all_of(name, allowed);
}

/// The first component is a host when nothing in a path could look like it.
bool looks_like_host(std::string_view component) {
  return component == "localhost" || component.find_first_of(".:[") != std::string_view::npos ||
         std::ranges::any_of(component, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::unexpected<base::Error> invalid(std::string_view text, std::string_view why) {
  return fail("InvalidReference", "'" + std::string(text) + "' is not an image reference: " + std::string(why),
              Retry::when_spec_changes());
}

}  // namespace

bool is_tag(std::string_view text) {
  const auto first = [](char c) { return is_alphanumeric(c) || c == '_'; };
  const auto allowed = [&](char c) { return first(c) || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= max_tag && first(text.front()) && std::ranges::all_of(text, allowed);
}

Result<Reference> parse_reference(std::string_view text) {
  Reference reference;
  std::string_view rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!base::is_sha256_digest(reference.digest)) return invalid(text, "the digest is not sha256 and 64 hex digits");
  }
  const auto slash = rest.rfind('/');
  if (const auto colon = rest.rfind(':');
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_tag(reference.tag)) return invalid(text, "the tag is malformed");
  }
  const auto first_slash = rest.find('/');
  if (first_slash != std::string_view::npos && looks_like_host(rest.substr(0, first_slash))) {
    reference.host = rest.substr(0, first_slash);
    rest = rest.substr(first_slash + 1);
  } else {
    reference.host = "docker.io";
  }
  if (reference.host == "index.docker.io" || reference.host == "registry-1.docker.io") reference.host = "docker.io";
  if (!is_host(reference.host)) return invalid(text, "the host is malformed, or its port is not 1 to 65535");
  if (!is_path(rest)) return invalid(text, "the repository is not lower-case words with slashes between");
  const bool official = reference.host == "docker.io" && rest.find('/') == std::string_view::npos;
  reference.path = official ? "library/" + std::string(rest) : std::string(rest);
  if (reference.path.size() > max_path) return invalid(text, "the repository has more than 255 characters");
  return reference;
}

Result<Reference> parse_repository(std::string_view text) {
  TRY_ASSIGN(auto reference, parse_reference(text));
  if (!reference.tag.empty() || !reference.digest.empty())
    return invalid(text, "a repository has no tag and no digest");
  return reference;
}

std::string to_string(const Reference& reference) {
  std::string text = reference.host + "/" + reference.path;
  if (!reference.tag.empty()) text += ":" + reference.tag;
  if (!reference.digest.empty()) text += "@" + reference.digest;
  return text;
}

std::string manifest_name(const Reference& reference) {
  if (!reference.digest.empty()) return reference.digest;
  return reference.tag.empty() ? "latest" : reference.tag;
}

std::string api_host(std::string_view host) {
  return host == "docker.io" ? "registry-1.docker.io" : std::string(host);
}

}  // namespace staves::oci
