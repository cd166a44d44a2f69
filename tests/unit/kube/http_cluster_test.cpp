#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/scripted_http_cluster.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

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
