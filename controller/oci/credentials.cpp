#include "oci/credentials.h"

#include "base/json.h"
#include "nlohmann/json.hpp"
#include "oci/base64.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Json;
using base::Result;
using base::Retry;

constexpr std::size_t max_bytes = 1U << 20U;

std::string text_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// One spelling for the hosts that all mean Docker Hub.
std::string canonical_host(std::string_view host) {
  std::string lower(host);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool hub = lower == "index.docker.io" || lower == "registry-1.docker.io" || lower == "registry.hub.docker.com";
  return hub ? "docker.io" : lower;
}

struct Place {
  std::string host;
  std::string path;
};

/// "https://index.docker.io/v1/" and "ghcr.io/acme" as host and path: versions of the API are no part of a repository's
/// name.
Place place_of(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  const auto slash = std::min(key.size(), key.find('/'));
  Place place{canonical_host(key.substr(0, slash)), std::string(key.substr(std::min(key.size(), slash + 1)))};
  while (place.path.ends_with('/')) place.path.pop_back();
  if (place.path == "v1" || place.path == "v2") place.path.clear();
  return place;
}

Result<Credential> read_entry(const Json& entry, const std::string& host) {
  if (!entry.is_object()) {
    return fail("InvalidCredentials", "the entry for " + host + " is not an object", Retry::when_spec_changes());
  }
  Credential credential{text_of(entry, "username"), text_of(entry, "password"), text_of(entry, "identitytoken")};
  const std::string auth = text_of(entry, "auth");
  if (!auth.empty() && (credential.username.empty() || credential.password.empty())) {
    const auto decoded = base64_decode(auth);
    const auto colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return fail("InvalidCredentials", "the auth of " + host + " is not base64 of user:password",
                  Retry::when_spec_changes());
    }
    credential.username = decoded->substr(0, colon);
    credential.password = decoded->substr(colon + 1);
    while (credential.password.ends_with('\0')) credential.password.pop_back();
  }
  return credential;
}

bool is_prefix(std::string_view prefix, std::string_view path) {
  return prefix.empty() || (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/'));
}

void replace_all(std::string& text, std::string_view secret) {
  if (secret.size() < 3) return;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
    text.replace(at, secret.size(), "***");
}

}  // namespace

Result<Credentials> Credentials::parse(std::string_view docker_config_json) {
  const auto document = base::parse_json(docker_config_json, {.bytes = max_bytes, .depth = 16});
  if (!document || !document->is_object()) {
    return fail("InvalidCredentials", "the Docker configuration is not a JSON object", Retry::when_spec_changes());
  }
  Credentials credentials;
  const auto auths = document->find("auths");
  if (auths == document->end()) return credentials;
  if (!auths->is_object()) {
    return fail("InvalidCredentials", "'auths' of the Docker configuration is not an object",
                Retry::when_spec_changes());
  }
  for (const auto& [key, entry] : auths->items()) {
    auto place = place_of(key);
    TRY_ASSIGN(auto credential, read_entry(entry, place.host));
    if (credential.empty()) continue;
    credentials.entries_.push_back({std::move(place.host), std::move(place.path), std::move(credential)});
  }
  return credentials;
}

Credential Credentials::find(std::string_view host, std::string_view path) const {
  const std::string wanted = canonical_host(host);
  const Entry* best = nullptr;
  for (const auto& entry : entries_) {
    const bool fits = entry.host == wanted && is_prefix(entry.path, path);
    if (fits && (best == nullptr || entry.path.size() > best->path.size())) best = &entry;
  }
  return best == nullptr ? Credential{} : best->credential;
}

std::string without_secrets(std::string text, const Credential& credential) {
  replace_all(text, base64_encode(credential.username + ":" + credential.password));
  replace_all(text, credential.password);
  replace_all(text, credential.identity_token);
  return text;
}

}  // namespace staves::oci
