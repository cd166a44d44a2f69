#include "oci/exchange.h"

#include "base/json.h"
#include "nlohmann/json.hpp"

namespace staves::oci {
namespace {

using base::Error;
using base::fail;
using base::Result;
using base::Retry;

constexpr int max_redirects = 5;
constexpr std::size_t max_words = 300;

/// "NAME_INVALID: invalid repository name" of an error body; empty when it says nothing that can be shown.
std::string words_of(const std::string& body) {
  std::string words;
  const auto document = base::parse_json(body, {.bytes = 1U << 20U, .depth = 16});
  if (!document || !document->is_object()) return words;
  const auto errors = document->find("errors");
  if (errors == document->end() || !errors->is_array() || errors->empty() || !errors->front().is_object()) return words;
  for (const char* key : {"code", "message"}) {
    const auto found = errors->front().find(key);
    if (found != errors->front().end() && found->is_string())
      words += (words.empty() ? "" : ": ") + found->get<std::string>();
  }
  std::erase_if(words, [](char c) { return c >= 0 && c < ' '; });
  words.resize(std::min(words.size(), max_words));
  return words;
}

std::string said(const RegistryAnswer& answer) {
  const std::string words = words_of(answer.response.body);
  return "the registry " + answer.url.host + " answered " + std::to_string(answer.response.status) +
         (words.empty() ? "" : " (" + words + ")");
}

std::chrono::milliseconds retry_after(const TransportResponse& response) {
  const auto found = response.headers.find("retry-after");
  if (found == response.headers.end()) return std::chrono::milliseconds(0);
  constexpr long most = 3600;
  return std::chrono::seconds(std::clamp(std::strtol(found->second.c_str(), nullptr, 10), 0L, most));
}

bool is_redirect(const RegistryRequest& request, const TransportResponse& response) {
  const bool safe = request.method == "GET" || request.method == "HEAD";
  const bool same_method = response.status == 307 || response.status == 308;
  const bool any = same_method || response.status == 301 || response.status == 302 || response.status == 303;
  return (same_method || (safe && any)) && response.headers.contains("location");
}

bool is_network_trouble(const Error& error) {
  return error.code == "ConnectFailed" || error.code == "ConnectionLost" || error.code == "TlsFailed" ||
         error.code == "BodyTooLarge";
}

}  // namespace

Error refusal(const RegistryAnswer& answer, std::string_view doing) {
  const bool absent = answer.response.status == 404;
  return Error{absent ? "NotFound" : "RegistryRefused", said(answer), Retry::when_spec_changes()}.within(doing);
}

Exchange::Exchange(RegistryOptions options, Credentials credentials)
    : options_(std::move(options)),
      transport_(make_http_transport(options_.transport)),
      plain_hosts_(options_.insecure_registries),
      authenticator_(*transport_, std::move(credentials), plain_hosts_) {}

Result<Url> Exchange::address(const Reference& repository, std::string_view rest) const {
  const std::string scheme = plain_hosts_.contains(repository.host) ? "http" : "https";
  return parse_url(scheme + "://" + api_host(repository.host) + "/v2/" + repository.path + "/" + std::string(rest));
}

Result<std::optional<Url>> Exchange::location(const RegistryAnswer& answer) const {
  const auto found = answer.response.headers.find("location");
  if (found == answer.response.headers.end()) return std::optional<Url>();
  TRY_ASSIGN(auto url, plain_hosts_.follow(answer.url, found->second));
  return std::optional(std::move(url));
}

Result<RegistryAnswer> Exchange::send_once(const RegistryRequest& request, const std::stop_token& stop) {
  Url url = request.url;
  bool challenged = false;
  for (int redirects = 0; redirects <= max_redirects;) {
    TransportRequest sent{request.method, to_string(url), request.headers,    request.body,
                          request.file,   request.sink,   request.before_sink};
    TRY_ASSIGN(auto authorization, authenticator_.authorization(url, request.scope, stop));
    if (!authorization.empty()) sent.headers["Authorization"] = std::move(authorization);
    TRY_ASSIGN(auto response, transport_->send(sent, stop));
    if (response.status == 401 && !challenged) {
      challenged = true;
      TRY(authenticator_.learn(url, request.scope, response.headers["www-authenticate"]));
    } else if (is_redirect(request, response)) {
      TRY_ASSIGN(url, plain_hosts_.follow(url, response.headers.at("location")));
      challenged = false;
      ++redirects;
    } else {
      return RegistryAnswer{std::move(response), std::move(url)};
    }
  }
  return fail("RegistryRefused", "the registry " + request.url.host + " redirects without end",
              Retry::when_spec_changes());
}

Result<RegistryAnswer> Exchange::judge(RegistryAnswer answer, const RegistryRequest& request) const {
  const auto credential = authenticator_.credential_for(answer.url, request.scope);
  const int status = answer.response.status;
  const auto trouble = [&](std::string code, Retry retry, std::string_view more = {}) {
    return fail(std::move(code), without_secrets(said(answer), credential) + std::string(more), retry);
  };
  const bool denied = status == 401 || status == 403;
  if (denied && origin_of(answer.url) == origin_of(request.url)) {
    const std::string whom =
        credential.username.empty() ? std::string("without credentials") : "as " + credential.username;
    return trouble("RegistryAuthFailed", Retry::when_spec_changes(),
                   ", " + std::string(request.scope.push ? "pushing" : "pulling") + " " +
                       to_string(request.scope.repository) + " " + whom);
  }
  if (status == 413) return trouble("TooLarge", Retry::when_spec_changes());
  // A storage host that denies does so because its signed address has expired.
  if (denied || status == 429 || status >= 500 || status < 200) return trouble("RegistryUnreachable", Retry::soon());
  return answer;
}

Result<RegistryAnswer> Exchange::send(const RegistryRequest& request, const std::stop_token& stop) {
  for (int attempt = 1;; ++attempt) {
    auto answer = send_once(request, stop);
    std::chrono::milliseconds asked{0};
    if (answer) {
      asked = retry_after(answer->response);
      answer = judge(*std::move(answer), request);
    } else if (is_network_trouble(answer.error())) {
      answer.error().code = "RegistryUnreachable";
    }
    const bool again = !answer && answer.error().code == "RegistryUnreachable" && request.repeatable;
    if (!again || attempt >= options_.retry.attempts) return answer;
    if (!pause(delay_after(options_.retry, attempt, asked), stop)) {
      return fail("Cancelled", "told to stop while waiting for " + request.url.host, Retry::never());
    }
  }
}

}  // namespace staves::oci
