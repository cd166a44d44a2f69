#include "kube/api_error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace staves::kube {

namespace {

using base::Json;

std::string text_of(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int number_of(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number_integer() ? found->get<int>() : 0;
}

std::string code_of_status_number(int status) {
  switch (status) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 413:
      return "RequestEntityTooLarge";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "UnexpectedStatus";
  }
}

bool says_version_too_large(const Json& status) {
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object()) return false;
  const auto causes = details->find("causes");
  if (causes == details->end() || !causes->is_array()) return false;
  return std::ranges::any_of(*causes, [](const Json& cause) {
    return cause.is_object() && text_of(cause, "reason") == "ResourceVersionTooLarge";
  });
}

std::string code_of(const Json& status, int number) {
  if (says_version_too_large(status)) return "ResourceVersionTooLarge";
  std::string reason = text_of(status, "reason");
  if (reason == "Gone") return "Expired";
  if (reason == "ServerTimeout") return "Timeout";
  if (reason.empty() || reason == "Unknown") return code_of_status_number(number);
  return reason;
}

base::Retry retry_of(std::string_view code, int status, std::optional<std::chrono::seconds> delay) {
  using namespace std::string_view_literals;
  constexpr std::array never{"NotFound"sv, "AlreadyExists"sv, "MethodNotAllowed"sv, "NotAcceptable"sv,
                             "UnsupportedMediaType"sv};
  constexpr std::array by_spec{"Invalid"sv, "BadRequest"sv, "RequestEntityTooLarge"sv};
  if (delay && (status == 429 || status >= 500)) return base::Retry::after(*delay);
  if (std::ranges::find(never, code) != never.end()) return base::Retry::never();
  if (std::ranges::find(by_spec, code) != by_spec.end()) return base::Retry::when_spec_changes();
  return base::Retry::soon();
}

std::optional<std::chrono::seconds> delay_in(const Json& status) {
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object()) return std::nullopt;
  const int seconds = std::clamp(number_of(*details, "retryAfterSeconds"), 0, 3600);
  return seconds > 0 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

Error make_error(const Json& status, int http_status, std::optional<std::chrono::seconds> delay) {
  const int number = number_of(status, "code") > 0 ? number_of(status, "code") : http_status;
  std::string code = code_of(status, number);
  std::string message = text_of(status, "message");
  if (message.empty()) message = "the API server answered " + std::to_string(number);
  const base::Retry retry = retry_of(code, number, delay);
  return {std::move(code), std::move(message), retry};
}

}  // namespace

Error error_of_status(const Json& status, int http_status) {
  if (!status.is_object()) return make_error(Json::object(), http_status, std::nullopt);
  return make_error(status, http_status, delay_in(status));
}

Error error_of_response(const base::HttpResponse& response) {
  const auto delay = retry_after(response.headers);
  auto body = base::parse_json(response.body, {.bytes = 1U << 20U});
  if (!body || !body->is_object() || text_of(*body, "kind") != "Status") {
    return make_error(Json::object(), response.status, delay);
  }
  return make_error(*body, response.status, delay ? delay : delay_in(*body));
}

std::optional<std::chrono::seconds> retry_after(const base::HttpHeaders& headers) {
  constexpr int longest = 3600;
  const auto found = headers.find("retry-after");
  if (found == headers.end() || found->second.empty()) return std::nullopt;
  const std::string& text = found->second;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end != text.data() + text.size() || seconds < 0) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::chrono::seconds(longest);
  if (error != std::errc()) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, longest));
}

}  // namespace staves::kube
