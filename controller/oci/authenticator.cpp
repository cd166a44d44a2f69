#include "oci/authenticator.h"

#include "oci/base64.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

std::string parameter(const Challenge& challenge, const std::string& name) {
  const auto found = challenge.parameters.find(name);
  return found == challenge.parameters.end() ? std::string() : found->second;
}

}  // namespace

bool Authenticator::is_registry_itself(const Url& url, const AccessScope& scope) const {
  const auto own = parse_url(url.scheme + "://" + api_host(scope.repository.host));
  return own && plain_hosts_.allow(url) && origin_of(*own) == origin_of(url);
}

Credential Authenticator::credential_for(const Url& url, const AccessScope& scope) const {
  if (!plain_hosts_.allow(url)) return {};
  if (is_registry_itself(url, scope)) return credentials_.find(scope.repository.host, scope.repository.path);
  return credentials_.find(url.host, "");
}

std::optional<Challenge> Authenticator::known_challenge(const Url& url) {
  const std::scoped_lock lock(mutex_);
  const auto found = challenges_.find(origin_of(url));
  if (found == challenges_.end()) return std::nullopt;
  return found->second;
}

TokenRequest Authenticator::token_request(const Challenge& challenge, const Url& url, const AccessScope& scope) const {
  TokenRequest request{parameter(challenge, "realm"), parameter(challenge, "service"), {}, credential_for(url, scope)};
  const std::string asked = parameter(challenge, "scope");
  const std::string own = "repository:" + scope.repository.path + ":";
  if (is_registry_itself(url, scope)) {
    request.scopes.push_back(own + (scope.push ? "pull,push" : "pull"));
    if (!scope.mount_from.empty()) request.scopes.push_back("repository:" + scope.mount_from + ":pull");
  }
  // A registry behind another may know the repository by another name.
  if (!asked.empty() && !asked.starts_with("repository:")) request.scopes.push_back(asked);
  return request;
}

Result<std::string> Authenticator::authorization(const Url& url, const AccessScope& scope,
                                                 const std::stop_token& stop) {
  const auto challenge = known_challenge(url);
  if (!challenge || !plain_hosts_.allow(url)) return std::string();
  if (challenge->scheme == "basic") {
    const auto credential = credential_for(url, scope);
    if (credential.username.empty()) return std::string();
    return "Basic " + base64_encode(credential.username + ":" + credential.password);
  }
  TRY_ASSIGN(const auto token, tokens_.token(token_request(*challenge, url, scope), stop));
  return "Bearer " + token;
}

Done Authenticator::learn(const Url& url, const AccessScope& scope, std::string_view www_authenticate) {
  const auto credential = credential_for(url, scope);
  std::string plain_realm;
  for (auto& challenge : parse_challenges(www_authenticate)) {
    if (challenge.scheme == "bearer") {
      const auto named = parse_url(parameter(challenge, "realm"));
      if (!named) continue;
      const auto realm = plain_hosts_.follow(url, to_string(*named));
      // A password over a line that anyone can read is worse than no push.
      if (!realm && !credential.empty()) {
        plain_realm = realm.error().message;
        continue;
      }
      challenge.parameters["realm"] = to_string(realm ? *realm : *named);
      tokens_.forget(token_request(challenge, url, scope));
    } else if (challenge.scheme != "basic" || credential.username.empty()) {
      continue;
    }
    const std::scoped_lock lock(mutex_);
    challenges_.insert_or_assign(origin_of(url), std::move(challenge));
    return {};
  }
  if (!plain_realm.empty()) return fail("RegistryAuthFailed", plain_realm, Retry::when_spec_changes());
  const std::string why = credential.empty() ? " wants credentials and there are none for it"
                                             : " asks for credentials in no way that is supported";
  return fail("RegistryAuthFailed", "the registry " + url.host + why, Retry::when_spec_changes());
}

}  // namespace staves::oci
