#include "oci/token.h"

#include "base/json.h"
#include "nlohmann/json.hpp"
#include "oci/base64.h"
#include "oci/url.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::int64_t usual_seconds = 60;
constexpr std::int64_t most_seconds = 3600;
constexpr std::int64_t margin_seconds = 10;

std::string key_of(const TokenRequest& request) {
  std::string key = request.realm + "\n" + request.service + "\n" + request.credential.username;
  for (const auto& scope : request.scopes) key += "\n" + scope;
  return key;
}

/// The refresh grant when there is an identity token, else GET with basic authentication or with none.
TransportRequest to_transport(const TokenRequest& request, Url url) {
  TransportRequest sent;
  sent.headers["Accept"] = "application/json";
  if (!request.credential.identity_token.empty()) {
    sent.method = "POST";
    sent.headers["Content-Type"] = "application/x-www-form-urlencoded";
    std::string scopes;
    for (const auto& scope : request.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
    sent.body = "grant_type=refresh_token&client_id=staves&service=" + percent_encode(request.service) +
                "&scope=" + percent_encode(scopes) +
                "&refresh_token=" + percent_encode(request.credential.identity_token);
  } else {
    if (!request.service.empty()) url.target = with_query(url.target, "service", request.service);
    for (const auto& scope : request.scopes) url.target = with_query(url.target, "scope", scope);
    if (!request.credential.empty()) {
      sent.headers["Authorization"] =
          "Basic " + base64_encode(request.credential.username + ":" + request.credential.password);
    }
  }
  sent.url = to_string(url);
  return sent;
}

struct Grant {
  std::string token;
  std::int64_t seconds = usual_seconds;
};

Result<Grant> read_grant(const TransportResponse& response, const std::string& host) {
  if (response.status == 400 || response.status == 401 || response.status == 403) {
    return fail("RegistryAuthFailed", "the token server " + host + " refused the credentials",
                Retry::when_spec_changes());
  }
  if (response.status != 200) {
    return fail("RegistryUnreachable", "the token server " + host + " answered " + std::to_string(response.status),
                Retry::soon());
  }
  const auto document = base::parse_json(response.body, {.bytes = 1U << 20U, .depth = 16});
  Grant grant;
  if (document && document->is_object()) {
    for (const char* key : {"token", "access_token"}) {
      const auto found = document->find(key);
      if (grant.token.empty() && found != document->end() && found->is_string())
        grant.token = found->get<std::string>();
    }
    const auto seconds = document->find("expires_in");
    if (seconds != document->end() && seconds->is_number_integer()) grant.seconds = seconds->get<std::int64_t>();
  }
  const bool printable = std::ranges::all_of(grant.token, [](char c) { return c > ' ' && c < 127; });
  if (grant.token.empty() || !printable) {
    return fail("RegistryUnreachable", "the token server " + host + " sent no token", Retry::soon());
  }
  return grant;
}

}  // namespace

Result<std::string> TokenStore::token(const TokenRequest& request, const std::stop_token& stop) {
  const std::string key = key_of(request);
  {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(key);
    if (found != kept_.end() && std::chrono::steady_clock::now() < found->second.good_until) return found->second.token;
  }
  TRY_ASSIGN(auto url, parse_url(request.realm));
  const std::string host = url.host;
  TRY_ASSIGN(const auto response, transport_.send(to_transport(request, std::move(url)), stop));
  TRY_ASSIGN(auto grant, read_grant(response, host));
  const auto seconds = std::clamp<std::int64_t>(grant.seconds - margin_seconds, 1, most_seconds);
  const std::scoped_lock lock(mutex_);
  kept_[key] = {grant.token, std::chrono::steady_clock::now() + std::chrono::seconds(seconds)};
  return grant.token;
}

void TokenStore::forget(const TokenRequest& request) {
  const std::scoped_lock lock(mutex_);
  kept_.erase(key_of(request));
}

}  // namespace staves::oci
