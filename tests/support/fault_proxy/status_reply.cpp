#include "tests/support/fault_proxy/status_reply.h"

#include "base/json.h"
#include "nlohmann/json.hpp"

namespace staves::test {

namespace {

std::string reason_of(int code) {
  switch (code) {
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
      return "Unknown";
  }
}

base::Json status_json(int code, const std::string& message) {
  return {{"kind", "Status"},    {"apiVersion", "v1"},        {"metadata", base::Json::object()},
          {"status", "Failure"}, {"reason", reason_of(code)}, {"message", message},
          {"code", code}};
}

std::string reply_with(int code, const std::string& body, std::optional<int> retry_after) {
  std::string text = "HTTP/1.1 " + std::to_string(code) + " Fault\r\nContent-Type: application/json\r\n";
  if (retry_after) text += "Retry-After: " + std::to_string(*retry_after) + "\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

std::string status_object(int code, const std::string& message) {
  return base::to_canonical_json(status_json(code, message));
}

std::string status_reply(int code, const std::string& message, std::optional<int> retry_after) {
  return reply_with(code, status_object(code, message), retry_after);
}

std::string too_large_version_reply(const std::string& asked, const std::string& current) {
  base::Json status = status_json(504, "Too large resource version: " + asked + ", current: " + current);
  status["details"] = {{"causes", {{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}}},
                       {"retryAfterSeconds", 1}};
  return reply_with(504, base::to_canonical_json(status), 1);
}

std::string expired_event() {
  return R"({"type":"ERROR","object":)" + status_object(410, "too old resource version") + "}\n";
}

}  // namespace staves::test
