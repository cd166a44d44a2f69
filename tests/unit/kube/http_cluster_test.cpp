#include "kube/http_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_http_client.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const ResourceType jobs{"batch", "v1", "jobs", "Job"};

/// Hands out the tokens "token-1", "token-2", ... : a new one after each refusal.
class CountingCredentials final : public Credentials {
 public:
  Result<std::shared_ptr<const Access>> current(std::stop_token) override {
    if (fresh_ == nullptr) fresh_ = std::make_shared<const Access>(Access{tls, "token-" + std::to_string(++tokens)});
    return fresh_;
  }
  void refused(const std::shared_ptr<const Access>&) override { fresh_.reset(); }
  void rotate(const std::string& ca) {
    tls.ca_pem = ca;
    fresh_.reset();
  }
  base::TlsIdentity tls;
  int tokens = 0;

 private:
  std::shared_ptr<const Access> fresh_;
};

class NotingObserver final : public RequestObserver {
 public:
  void requested(std::string_view method, int status, std::chrono::milliseconds) override {
    notes.push_back(std::string(method) + " " + std::to_string(status));
  }
  void waited(std::string_view method, std::chrono::milliseconds time) override {
    waits.push_back(std::string(method) + " " + std::to_string(time.count()));
  }
  void retried(std::string_view method, int status) override {
    retries.push_back(std::string(method) + " " + std::to_string(status));
  }
  std::vector<std::string> notes;
  std::vector<std::string> retries;
  std::vector<std::string> waits;
};

/// A real HttpCluster over a scripted connection.
struct Scripted {
  explicit Scripted(const std::string& server = "https://api.example:6443", double qps = 0, int burst = 0,
                    bool repeat_writes = HttpClusterOptions().repeat_writes) {
    HttpClusterOptions options;
    options.repeat_writes = repeat_writes;
    options.connection = {server, "", "", credentials};
    options.field_manager = "tester";
    options.user_agent = "tester/1";
    options.observer = observer;
    if (qps > 0) options.limiter = std::make_shared<RateLimiter>(qps, burst, clock);
    options.make_client = [this](base::HttpClientOptions made_with) -> Result<std::unique_ptr<base::HttpClient>> {
      if (no_client) return base::fail(*no_client);
      http->made_with.push_back(std::move(made_with));
      return std::make_unique<test::ScriptedHttpClient>(http);
    };
    options.sleep = [this](std::chrono::milliseconds time, std::stop_token) {
      pauses.push_back(time);
      clock->advance(time);
      return !stopped;
    };
    cluster = *make_http_cluster(std::move(options));
  }
  const base::HttpRequest& request(std::size_t index = 0) const { return http->requests.at(index); }

  std::shared_ptr<test::HttpScript> http = std::make_shared<test::HttpScript>();
  std::shared_ptr<CountingCredentials> credentials = std::make_shared<CountingCredentials>();
  std::shared_ptr<NotingObserver> observer = std::make_shared<NotingObserver>();
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  std::vector<std::chrono::milliseconds> pauses;
  bool stopped = false;                  ///< waits end early
  std::optional<base::Error> no_client;  ///< why no connection can be made, when it cannot
  std::unique_ptr<Cluster> cluster;
};

TEST(HttpCluster, GetsOneObject) {
  Scripted s;
  s.http->answer(200, R"({"metadata":{"name":"j"}})");
  const auto job = s.cluster->get(jobs, {"team", "j"});
  ASSERT_TRUE(job);
  EXPECT_EQ((*job)["metadata"]["name"], "j");
  EXPECT_EQ(s.request().method, "GET");
  EXPECT_EQ(s.request().target, "/apis/batch/v1/namespaces/team/jobs/j");
  EXPECT_EQ(s.request().headers.at("Authorization"), "Bearer token-1");
  EXPECT_EQ(s.request().headers.at("Accept"), "application/json");
  EXPECT_EQ(s.request().headers.at("User-Agent"), "tester/1");
}

TEST(HttpCluster, WritesNameTheirFieldManager) {
  Scripted s;
  for (int i = 0; i < 3; ++i) s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->create(jobs, "team", R"({"a":1})"));
  EXPECT_TRUE(s.cluster->patch(jobs, {"team", "j"}, {PatchType::Merge, "{}", "status", false}));
  EXPECT_TRUE(s.cluster->patch(jobs, {"team", "j"}, {PatchType::Apply, "{}", "", true}));
  EXPECT_EQ(s.request(0).method, "POST");
  EXPECT_EQ(s.request(0).target, "/apis/batch/v1/namespaces/team/jobs?fieldManager=tester");
  EXPECT_EQ(s.request(0).body, R"({"a":1})");
  EXPECT_EQ(s.request(0).headers.at("Content-Type"), "application/json");
  EXPECT_EQ(s.request(1).target, "/apis/batch/v1/namespaces/team/jobs/j/status?fieldManager=tester");
  EXPECT_EQ(s.request(1).headers.at("Content-Type"), "application/merge-patch+json");
  EXPECT_EQ(s.request(2).target, "/apis/batch/v1/namespaces/team/jobs/j?fieldManager=tester&force=true");
  EXPECT_EQ(s.request(2).headers.at("Content-Type"), "application/apply-patch+yaml");
}

TEST(HttpCluster, WritesMayBeSentTwiceUnlessTheirClusterMustNotAndReadingAlways) {
  for (const bool repeat_writes : {HttpClusterOptions().repeat_writes, false}) {
    Scripted s("https://api.example:6443", 0, 0, repeat_writes);
    for (int i = 0; i < 5; ++i) s.http->answer(200, "{}");
    EXPECT_TRUE(s.cluster->create(jobs, "team", R"({"a":1})"));
    EXPECT_TRUE(s.cluster->patch(jobs, {"team", "j"}, {PatchType::Merge, "{}", "status", false}));
    EXPECT_TRUE(s.cluster->patch(jobs, {"team", "j"}, {PatchType::Apply, "{}", "", true}));
    EXPECT_TRUE(s.cluster->remove(jobs, {"team", "j"}, {}));
    EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
    std::vector<bool> repeatable;
    for (const auto& request : s.http->requests) repeatable.push_back(request.repeatable);
    EXPECT_THAT(repeatable, ElementsAre(repeat_writes, repeat_writes, repeat_writes, repeat_writes, true));
  }
  EXPECT_TRUE(HttpClusterOptions().repeat_writes);
}

TEST(HttpCluster, ARemovalCarriesItsPreconditions) {
  Scripted s;
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->remove(jobs, {"team", "j"}, {"uid-1", "55", Propagation::Background}));
  EXPECT_EQ(s.request().method, "DELETE");
  EXPECT_EQ(base::Json::parse(s.request().body),
            base::Json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background",
                                  "preconditions":{"uid":"uid-1","resourceVersion":"55"}})"));
}

TEST(HttpCluster, ABadNameNeverLeavesTheMachine) {
  Scripted s;
  EXPECT_EQ(s.cluster->get(jobs, {"team", "../secrets/x"}).error().code, "InvalidName");
  EXPECT_EQ(s.cluster->create(jobs, "a/b", "{}").error().code, "InvalidName");
  EXPECT_TRUE(s.http->requests.empty());
}

TEST(HttpCluster, ListsOnePage) {
  Scripted s;
  s.http->answer(200, R"({"metadata":{"resourceVersion":"9","continue":"c2"},"items":[{"n":1},{"n":2}]})");
  int items = 0;
  const auto page = s.cluster->list(jobs, {"", "a=b", "", "5", 100, "c 1"}, [&](const Json&) { ++items; });
  ASSERT_TRUE(page);
  EXPECT_EQ(items, 2);
  EXPECT_EQ(page->continue_token, "c2");
  EXPECT_EQ(s.request().target, "/apis/batch/v1/jobs?labelSelector=a%3Db&resourceVersion=5&continue=c%201&limit=100");
}

TEST(HttpCluster, ThePathOfTheServerIsKept) {
  Scripted s("https://proxy.example/k8s/clusters/c-1/");
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.request().target, "/k8s/clusters/c-1/apis/batch/v1/namespaces/team/jobs/j");
  EXPECT_EQ(s.http->made_with.at(0).origin, "https://proxy.example:443");
}

TEST(HttpCluster, AnAddressThatIsNoneIsRefused) {
  for (const std::string server :
       {"", "api:6443", "ftp://a", "https://", "https://u:p@host", "https://a b", "https://a/..", "https://a?x"}) {
    const auto cluster = make_http_cluster({.connection = {server, "", "", nullptr}});
    ASSERT_FALSE(cluster) << server;
    EXPECT_EQ(cluster.error().code, "InvalidServer");
  }
}

TEST(HttpCluster, AWatchHandsItsEventsOverWhereverTheBytesAreCut) {
  const std::string text = R"({"type":"ADDED","object":{"n":1}})"
                           "\n"
                           R"({"type":"DELETED","object":{"n":2}})"
                           "\n";
  for (std::size_t cut = 0; cut <= text.size(); cut += 3) {
    Scripted s;
    s.http->stream({text.substr(0, cut), text.substr(cut)});
    std::vector<int> seen;
    const auto done =
        s.cluster->watch(jobs, {.resource_version = "5", .timeout = 300s}, [&](WatchEventType, const Json& job) {
          seen.push_back(job["n"]);
          return true;
        });
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(seen, ElementsAre(1, 2)) << cut;
  }
}

TEST(HttpCluster, AWatchAsksForBookmarksAndWaitsLongerThanOneTakes) {
  Scripted s;
  s.http->stream({});
  s.http->stream({});
  EXPECT_TRUE(s.cluster->watch(jobs, {.name_space = "team", .resource_version = "5", .timeout = 321s},
                               [](WatchEventType, const Json&) { return true; }));
  EXPECT_EQ(
      s.request().target,
      "/apis/batch/v1/namespaces/team/jobs?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=321");
  EXPECT_TRUE(s.cluster->watch(jobs, {.resource_version = "5", .timeout = 20s},
                               [](WatchEventType, const Json&) { return true; }));
  EXPECT_THAT(s.http->idles, ElementsAre(90s, 25s));
}

TEST(HttpCluster, AWatchThatFellSilentIsNotCountedAsAFailedRequest) {
  Scripted s;
  s.http->fail("Silent");
  const auto ended =
      s.cluster->watch(jobs, {.resource_version = "5"}, [](WatchEventType, const Json&) { return true; });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, "Silent");
  EXPECT_THAT(s.observer->notes, ElementsAre("GET 200"));
}

TEST(HttpCluster, AWatchFromNothingAsksForInitialEvents) {
  Scripted s;
  s.http->stream({});
  EXPECT_TRUE(s.cluster->watch(jobs, {.timeout = 300s, .initial_events = true},
                               [](WatchEventType, const Json&) { return true; }));
  EXPECT_EQ(s.request().target,
            "/apis/batch/v1/jobs?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&sendInitialEvents=true"
            "&resourceVersionMatch=NotOlderThan");
}

TEST(HttpCluster, AServerThatKnowsNoInitialEventsSaysSo) {
  Scripted s;
  s.http->answer(422, R"({"kind":"Status","code":422,"reason":"Invalid","message":"sendInitialEvents: Forbidden"})");
  const auto ended = s.cluster->watch(jobs, {.initial_events = true}, [](WatchEventType, const Json&) { return true; });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, "Invalid");
}

TEST(HttpCluster, EachObjectOfAStreamIsHandedOverBeforeTheNextIsTaken) {
  Scripted s;
  std::vector<std::string> pieces;
  for (int i = 0; i < 100; ++i) {
    pieces.push_back(R"({"type":"ADDED","object":{"n":)" + std::to_string(i) + R"(,"padding":")" +
                     std::string(10'000, 'x') + "\"}}\n");
  }
  s.http->stream(pieces);
  std::size_t events = 0;
  EXPECT_TRUE(s.cluster->watch(jobs, {.initial_events = true},
                               [&](WatchEventType, const Json&) { return ++events == s.http->pieces_given; }));
  EXPECT_EQ(events, 100U);
}

TEST(HttpCluster, MetadataOnlyIsAskedForWithoutASecondChoice) {
  Scripted s;
  s.http->answer(200, R"({"metadata":{"resourceVersion":"9"},"items":[]})");
  s.http->stream({});
  EXPECT_TRUE(s.cluster->list(jobs, {.metadata_only = true}, [](const Json&) {}));
  EXPECT_TRUE(s.cluster->watch(jobs, {.resource_version = "9", .metadata_only = true},
                               [](WatchEventType, const Json&) { return true; }));
  EXPECT_EQ(s.request(0).headers.at("Accept"), "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  EXPECT_EQ(s.request(1).headers.at("Accept"), "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
}

TEST(HttpCluster, AWatchEndsWithTheErrorThatItWasTold) {
  Scripted in_stream;
  in_stream.http->stream({R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}})"
                          "\n"});
  const auto take_all = [](WatchEventType, const Json&) { return true; };
  EXPECT_EQ(in_stream.cluster->watch(jobs, {.resource_version = "5"}, take_all).error().code, "Expired");
  Scripted as_answer;
  as_answer.http->answer(410, R"({"kind":"Status","code":410,"reason":"Expired","message":"old"})");
  EXPECT_EQ(as_answer.cluster->watch(jobs, {.resource_version = "5"}, take_all).error().code, "Expired");
}

TEST(HttpCluster, APartialLastLineIsNoEvent) {
  Scripted s;
  s.http->stream({R"({"type":"ADDED","object":{"n":1}})"});
  int events = 0;
  EXPECT_TRUE(
      s.cluster->watch(jobs, {.resource_version = "5"}, [&](WatchEventType, const Json&) { return ++events > 0; }));
  EXPECT_EQ(events, 0);
}

TEST(HttpCluster, ALineTooLongIsUnreadableAndTheNextIsRead) {
  Scripted s;
  s.http->stream({std::string(5U << 20U, 'x'), std::string(4U << 20U, 'x'),
                  "\n"
                  R"({"type":"ADDED","object":{}})"
                  "\n"});
  std::vector<WatchEventType> types;
  EXPECT_TRUE(s.cluster->watch(jobs, {.resource_version = "5"}, [&](WatchEventType type, const Json&) {
    types.push_back(type);
    return true;
  }));
  EXPECT_THAT(types, ElementsAre(WatchEventType::Unreadable, WatchEventType::Added));
}

TEST(HttpCluster, ARequestIsRepeatedWhenTheServerSaysWhen) {
  Scripted s;
  s.http->answer(429, "", {{"retry-after", "2"}});
  s.http->answer(503, "", {{"retry-after", "1"}});
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->create(jobs, "team", "{}"));
  EXPECT_THAT(s.pauses, ElementsAre(2s, 1s));
  EXPECT_THAT(s.observer->notes, ElementsAre("POST 429", "POST 503", "POST 200"));
  EXPECT_THAT(s.observer->retries, ElementsAre("POST 429", "POST 503"));
}

TEST(HttpCluster, ARequestIsNotRepeatedWhenTheServerDoesNotSayWhen) {
  for (const int status : {429, 500, 503, 504}) {
    Scripted s;
    s.http->answer(status, "");
    EXPECT_FALSE(s.cluster->create(jobs, "team", "{}"));
    EXPECT_EQ(s.http->requests.size(), 1U) << status;
  }
}

TEST(HttpCluster, AVersionFromTheFutureIsNotAskedForAgain) {
  Scripted s;
  s.http->answer(
      504, R"({"kind":"Status","code":504,"reason":"Timeout","message":"Too large resource version: 9, current: 5",
                          "details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":1}})",
      {{"retry-after", "1"}});
  const auto page = s.cluster->list(jobs, {.resource_version = "9"}, [](const Json&) {});
  EXPECT_EQ(page.error().code, "ResourceVersionTooLarge");
  EXPECT_EQ(s.http->requests.size(), 1U);
}

TEST(HttpCluster, ALongPauseIsTheCallersToWait) {
  Scripted s;
  s.http->answer(429, "", {{"retry-after", "60"}});
  const auto done = s.cluster->get(jobs, {"team", "j"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().retry, base::Retry::after(60s));
  EXPECT_TRUE(s.pauses.empty());
}

TEST(HttpCluster, PatienceAndAttemptsEnd) {
  Scripted slow;
  for (int i = 0; i < 9; ++i) slow.http->answer(429, "", {{"retry-after", "10"}});
  EXPECT_EQ(slow.cluster->get(jobs, {"team", "j"}).error().code, "TooManyRequests");
  EXPECT_THAT(slow.pauses, ElementsAre(10s, 10s, 10s));
  Scripted hasty;
  for (int i = 0; i < 20; ++i) hasty.http->answer(429, "", {{"retry-after", "0"}});
  EXPECT_FALSE(hasty.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(hasty.http->requests.size(), 10U);
}

TEST(HttpCluster, TheRulesThatThrottleUsAreLoggedForWhoDebugs) {
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

TEST(HttpCluster, RequestsAboveTheLimitWaitAndTellHowLong) {
  Scripted s("https://api.example:6443", 4, 1);
  for (int i = 0; i < 3; ++i) s.http->answer(200, "{}");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_THAT(s.pauses, ElementsAre(250ms, 250ms));
  EXPECT_THAT(s.observer->waits, ElementsAre("GET 0", "GET 250", "GET 250"));
  EXPECT_EQ(s.request(0).deadline, 30s);
  EXPECT_EQ(s.request(1).deadline, 29'750ms) << "the wait counts towards the deadline";
}

TEST(HttpCluster, ARepetitionTakesItsTurnAsWell) {
  Scripted s("https://api.example:6443", 0.5, 1);
  s.http->answer(429, "", {{"retry-after", "1"}});
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_THAT(s.pauses, ElementsAre(1s, 1s));
}

TEST(HttpCluster, WatchesAreNotLimited) {
  Scripted s("https://api.example:6443", 1, 1);
  for (int i = 0; i < 3; ++i) {
    s.http->stream({});
    EXPECT_TRUE(s.cluster->watch(jobs, {.resource_version = "5"}, [](WatchEventType, const Json&) { return true; }));
  }
  EXPECT_TRUE(s.pauses.empty());
  EXPECT_TRUE(s.observer->waits.empty());
}

TEST(HttpCluster, ATurnThatComesAfterTheDeadlineIsNotWaitedFor) {
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

TEST(HttpCluster, ATurnThatLeavesNoTimeForTheAnswerIsNotTaken) {
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

TEST(HttpCluster, WhoIsToldToStopDoesNotWaitForATurn) {
  Scripted s("https://api.example:6443", 1, 1);
  s.http->answer(200, "{}");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  s.stopped = true;
  EXPECT_EQ(s.cluster->get(jobs, {"team", "j"}).error().code, "Cancelled");
  EXPECT_EQ(s.http->requests.size(), 1U);
}

TEST(HttpCluster, ALostAnswerIsNeverSentAgainBlindly) {
  Scripted s;
  s.http->fail("ConnectionLost");
  EXPECT_EQ(s.cluster->create(jobs, "team", "{}").error().code, "ConnectionLost");
  EXPECT_EQ(s.http->requests.size(), 1U);
}

TEST(HttpCluster, AfterALostConnectionTheNextRequestHasAFreshOne) {
  Scripted s;
  s.http->fail("ConnectionLost");
  s.http->answer(200, "{}");
  EXPECT_FALSE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.http->made_with.size(), 4U) << "calls and watches have a client each";
}

TEST(HttpCluster, ARefusedTokenIsReadAgainOnce) {
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

TEST(HttpCluster, AfterAFailedTlsGreetingTheCredentialsAreReadAgain) {
  Scripted s;
  s.http->fail("TlsFailed");
  s.http->answer(200, "{}");
  EXPECT_EQ(s.cluster->get(jobs, {"team", "j"}).error().code, "TlsFailed");
  EXPECT_TRUE(s.cluster->get(jobs, {"team", "j"}));
  EXPECT_EQ(s.credentials->tokens, 2);
}

TEST(HttpCluster, ANewIdentityMakesNewConnectionsAndANewTokenDoesNot) {
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

TEST(HttpCluster, AnAuthorityThatCannotBeUsedLeavesTheOldOneAndIsReadAgain) {
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

TEST(HttpCluster, AnAnswerToAnotherRequestIsNotTakenAndEndsItsConnection) {
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

TEST(HttpCluster, AnAnswerThatIsNoJsonIsAnError) {
  Scripted s;
  s.http->answer(200, "<html>");
  EXPECT_EQ(s.cluster->get(jobs, {"team", "j"}).error().code, "MalformedJson");
}

TEST(HttpCluster, ReadsTheEndOfALog) {
  Scripted s;
  s.http->answer(200, "last\n");
  EXPECT_EQ(s.cluster->log_tail({{"team", "p"}, "publish", 1, 4096}), "last\n");
  EXPECT_EQ(s.request().target, "/api/v1/namespaces/team/pods/p/log?container=publish&tailLines=1&limitBytes=4096");
}

}  // namespace
}  // namespace staves::kube
