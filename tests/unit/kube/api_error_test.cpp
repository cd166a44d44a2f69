#include "kube/api_error.h"

#include <gtest/gtest.h>

namespace staves::kube {
namespace {

using base::HttpResponse;
using base::Json;
using base::Retry;
using std::chrono::seconds;

Error error_of(int status, const Json& body, base::HttpHeaders headers = {}) {
  return error_of_response({status, std::move(headers), body.dump()});
}

Json status_object(int code, const std::string& reason) {
  return {{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", "said so"}};
}

TEST(ApiError, TheServersReasonIsTheCode) {
  const Error error = error_of(409, status_object(409, "AlreadyExists"));
  EXPECT_EQ(error, (Error{"AlreadyExists", "said so", Retry::never()}));
}

TEST(ApiError, EachReasonHasItsRetryClass) {
  EXPECT_EQ(error_of(409, status_object(409, "Conflict")).retry, Retry::soon());
  EXPECT_EQ(error_of(404, status_object(404, "NotFound")).retry, Retry::never());
  EXPECT_EQ(error_of(422, status_object(422, "Invalid")).retry, Retry::when_spec_changes());
  EXPECT_EQ(error_of(403, status_object(403, "Forbidden")).retry, Retry::soon());
  EXPECT_EQ(error_of(500, status_object(500, "InternalError")).retry, Retry::soon());
}

TEST(ApiError, AnAnswerThatIsNoStatusIsNamedByItsNumber) {
  for (const auto& [status, code] :
       {std::pair(401, "Unauthorized"), std::pair(404, "NotFound"), std::pair(410, "Expired"),
        std::pair(429, "TooManyRequests"), std::pair(503, "ServiceUnavailable"), std::pair(418, "UnexpectedStatus")}) {
    EXPECT_EQ(error_of_response({status, {}, "<html>"}).code, code);
  }
}

TEST(ApiError, RetryAfterDecidesWhenToComeAgain) {
  EXPECT_EQ(error_of(429, status_object(429, "TooManyRequests"), {{"retry-after", "7"}}).retry,
            Retry::after(seconds(7)));
  Json in_body = status_object(503, "ServiceUnavailable");
  in_body["details"]["retryAfterSeconds"] = 3;
  EXPECT_EQ(error_of(503, in_body).retry, Retry::after(seconds(3)));
  EXPECT_EQ(error_of(503, status_object(503, "ServiceUnavailable")).retry, Retry::soon());
  EXPECT_EQ(error_of(409, status_object(409, "Conflict"), {{"retry-after", "7"}}).retry, Retry::soon());
}

TEST(ApiError, RetryAfterThatMakesNoSenseIsNoRetryAfter) {
  EXPECT_EQ(retry_after({{"retry-after", "5"}}), seconds(5));
  EXPECT_EQ(retry_after({{"retry-after", "0"}}), seconds(0));
  EXPECT_EQ(retry_after({{"retry-after", "99999999999999999999"}}), seconds(3600));
  EXPECT_EQ(retry_after({{"retry-after", "4000"}}), seconds(3600));
  for (const std::string text : {"", "-1", "5s", "Fri, 31 Dec 1999 23:59:59 GMT", "1e3", " 5"}) {
    EXPECT_EQ(retry_after({{"retry-after", text}}), std::nullopt) << text;
  }
  EXPECT_EQ(retry_after({}), std::nullopt);
}

TEST(ApiError, BothNamesOfAForgottenVersionAreExpired) {
  EXPECT_EQ(error_of(410, status_object(410, "Gone")).code, "Expired");
  EXPECT_EQ(error_of_status(status_object(410, "Expired"), 200).code, "Expired");
}

TEST(ApiError, AVersionFromTheFutureIsNamedSo) {
  Json status = status_object(504, "Timeout");
  status["details"]["causes"] = Json::array({{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large"}}});
  EXPECT_EQ(error_of(504, status).code, "ResourceVersionTooLarge");
}

TEST(ApiError, StatusesOfOddShapesAreErrorsToo) {
  EXPECT_EQ(error_of_status(nullptr, 500).code, "InternalError");
  EXPECT_EQ(error_of_status({{"code", "x"}, {"reason", 5}, {"details", 7}}, 500).code, "InternalError");
  EXPECT_EQ(error_of_status({{"details", {{"causes", {1, 2}}, {"retryAfterSeconds", -4}}}}, 503).retry, Retry::soon());
}

}  // namespace
}  // namespace staves::kube
