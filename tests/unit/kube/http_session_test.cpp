#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "tests/unit/kube/scripted_http_cluster.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(HttpSession, ARequestIsRepeatedWhenTheServerSaysWhen) {
  Scripted s;
  s.http->answer(429, "", {{"retry-after", "2"}});
  s.http->answer(503, "", {{"retry-after", "1"}});
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->create(jobs, "team", "{}"));
  EXPECT_THAT(s.pauses, ElementsAre(2s, 1s));
  EXPECT_THAT(s.observer->notes, ElementsAre("POST 429", "POST 503", "POST 200"));
  EXPECT_THAT(s.observer->retries, ElementsAre("POST 429", "POST 503"));
}

TEST(HttpSession, ARequestIsNotRepeatedWhenTheServerDoesNotSayWhen) {
  for (const int status : {429, 500, 503, 504}) {
    Scripted s;
    s.http->answer(status, "");
    EXPECT_FALSE(s.cluster->create(jobs, "team", "{}"));
    EXPECT_EQ(s.http->requests.size(), 1U) << status;
  }
}

TEST(HttpSession, AVersionFromTheFutureIsNotAskedForAgain) {
  Scripted s;
  s.http->answer(
      504, R"({"kind":"Status","code":504,"reason":"Timeout","message":"Too large resource version: 9, current: 5",
                          "details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":1}})",
      {{"retry-after", "1"}});
  const auto page = s.cluster->list(jobs, {.resource_version = "9"}, [](const Json&) {});
  EXPECT_EQ(page.error().code, "ResourceVersionTooLarge");
  EXPECT_EQ(s.http->requests.size(), 1U);
}

TEST(HttpSession, ALongPauseIsTheCallersToWait) {
  Scripted s;
  s.http->answer(429, "", {{"retry-after", "60"}});
  const auto done = s.cluster->get(jobs, {"team", "j"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().retry, base::Retry::after(60s));
  EXPECT_TRUE(s.pauses.empty());
}

TEST(HttpSession, PatienceAndAttemptsEnd) {
  Scripted slow;
  for (int i = 0; i < 9; ++i) slow.http->answer(429, "", {{"retry-after", "10"}});
  EXPECT_EQ(slow.cluster->get(jobs, {"team", "j"}).error().code, "TooManyRequests");
  EXPECT_THAT(slow.pauses, ElementsAre(10s, 10s, 10s));
  Scripted hasty;
  for (int i = 0; i < 20; ++i) hasty.http->answer(429, "", {{"retry-after", "0"}});
  EXPECT_FALSE(hasty.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(hasty.http->requests.size(), 10U);
}

TEST(HttpSession, TheRulesThatThrottleUsAreLoggedForWhoDebugs) {
  const auto log_of = [](base::LogLevel level) {
    Scripted s;
    s.http->answer(429, "", {{"retry-after", "1"}, {"x-kubernetes-pf-flowschema-uid", "schema-7"}});
    s.http->answer(200, "{}");
    base::set_log_level(level);
    testing::internal::CaptureStderr();
    EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
    base::set_log_level(base::LogLevel::Info);
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_NE(log_of(base::LogLevel::Debug).find("schema-7"), std::string::npos);
  EXPECT_EQ(log_of(base::LogLevel::Info), "");
}

TEST(HttpSession, RequestsAboveTheLimitWaitAndTellHowLong) {
  Scripted s("https://api.example:6443", 4, 1);
  for (int i = 0; i < 3; ++i) s.http->answer(200, "{}");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_THAT(s.pauses, ElementsAre(250ms, 250ms));
  EXPECT_THAT(s.observer->waits, ElementsAre("GET 0", "GET 250", "GET 250"));
  EXPECT_EQ(s.request(0).deadline, 30s);
  EXPECT_EQ(s.request(1).deadline, 29'750ms) << "the wait counts towards the deadline";
}

TEST(HttpSession, ARepetitionTakesItsTurnAsWell) {
  Scripted s("https://api.example:6443", 0.5, 1);
  s.http->answer(429, "", {{"retry-after", "1"}});
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_THAT(s.pauses, ElementsAre(1s, 1s));
}

TEST(HttpSession, WatchesAreNotLimited) {
  Scripted s("https://api.example:6443", 1, 1);
  for (int i = 0; i < 3; ++i) {
    s.http->stream({});
    EXPECT_TRUE(s.cluster->watch(jobs, {.resource_version = "5"}, [](WatchEventType, const Json&) { return true; }));
  }
  EXPECT_TRUE(s.pauses.empty());
  EXPECT_TRUE(s.observer->waits.empty());
}

TEST(HttpSession, ATurnThatComesAfterTheDeadlineIsNotWaitedFor) {
  Scripted s("https://api.example:6443", 0.02, 1);
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  const auto late = s.cluster->get(jobs, {"team", "j"});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "ClientThrottled");
  EXPECT_EQ(late.error().retry, base::Retry::soon());
  EXPECT_EQ(s.http->requests.size(), 1U);
  EXPECT_TRUE(s.pauses.empty());
}

TEST(HttpSession, ATurnThatLeavesNoTimeForTheAnswerIsNotTaken) {
  Scripted s("https://api.example:6443", 1.0 / 29, 1);
  s.http->answer(200, "{}");
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.cluster->get(jobs, {"team", "j"}).error().code, "ClientThrottled") << "1 s of 30 would be left";
  EXPECT_EQ(s.http->requests.size(), 1U);
  s.clock->advance(2s);
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_GE(s.request(1).deadline, 2s);
}

TEST(HttpSession, WhoIsToldToStopDoesNotWaitForATurn) {
  Scripted s("https://api.example:6443", 1, 1);
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  s.stopped = true;
  EXPECT_EQ(s.cluster->get(jobs, {"team", "j"}).error().code, "Cancelled");
  EXPECT_EQ(s.http->requests.size(), 1U);
}

TEST(HttpSession, ALostAnswerIsNeverSentAgainBlindly) {
  Scripted s;
  s.http->fail("ConnectionLost");
  EXPECT_EQ(s.cluster->create(jobs, "team", "{}").error().code, "ConnectionLost");
  EXPECT_EQ(s.http->requests.size(), 1U);
}

TEST(HttpSession, AfterALostConnectionTheNextRequestHasAFreshOne) {
  Scripted s;
  s.http->fail("ConnectionLost");
  s.http->answer(200, "{}");
  EXPECT_FALSE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.http->made_with.size(), 4U) << "calls and watches have a client each";
}

TEST(HttpSession, ARefusedTokenIsReadAgainOnce) {
  Scripted s;
  s.http->answer(401, "");
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.request(1).headers.at("Authorization"), "Bearer token-2");
  Scripted still;
  still.http->answer(401, "");
  still.http->answer(401, "");
  EXPECT_EQ(still.cluster->get(jobs, {"team", "j"}).error().code, "Unauthorized");
  EXPECT_EQ(still.http->requests.size(), 2U);
}

TEST(HttpSession, AfterAFailedTlsGreetingTheCredentialsAreReadAgain) {
  Scripted s;
  s.http->fail("TlsFailed");
  s.http->answer(200, "{}");
  EXPECT_EQ(s.cluster->get(jobs, {"team", "j"}).error().code, "TlsFailed");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.credentials->tokens, 2);
}

TEST(HttpSession, ANewIdentityMakesNewConnectionsAndANewTokenDoesNot) {
  Scripted s;
  for (int i = 0; i < 3; ++i) s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  s.credentials->refused({});
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.http->made_with.size(), 2U);
  s.credentials->rotate("new CA");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  ASSERT_EQ(s.http->made_with.size(), 4U);
  EXPECT_EQ(s.http->made_with.back().tls.ca_pem, "new CA");
}

TEST(HttpSession, AnAuthorityThatCannotBeUsedLeavesTheOldOneAndIsReadAgain) {
  Scripted s;
  for (int i = 0; i < 3; ++i) s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  s.no_client = base::Error{"InvalidCertificate", "half a file", base::Retry::soon()};
  s.credentials->rotate("half a CA");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.request(1).headers.at("Authorization"), "Bearer token-1");
  s.no_client.reset();
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.credentials->tokens, 3) << "it was read again";
  EXPECT_EQ(s.http->made_with.back().tls.ca_pem, "half a CA");
}

TEST(HttpSession, AnAnswerToAnotherRequestIsNotTakenAndEndsItsConnection) {
  Scripted s;
  s.http->answer(200, "{}");
  ASSERT_TRUE(s.cluster->get(jobs, {"team", "a"}));
  const std::string first = s.request().headers.at("Audit-ID");
  s.http->answer(404, "", {{"audit-id", first}});
  s.http->answer(200, "{}", {{"audit-id", "another"}});
  EXPECT_EQ(s.cluster->get(jobs, {"team", "b"}).error().code, "ConnectionLost") << "and not NotFound";
  EXPECT_EQ(s.cluster->get(jobs, {"team", "b"}).error().code, "ConnectionLost");
  EXPECT_NE(s.request(1).headers.at("Audit-ID"), first);
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "b"}));
  EXPECT_EQ(s.http->made_with.size(), 6U) << "calls and watches, three times";
}

}  // namespace
}  // namespace staves::kube
