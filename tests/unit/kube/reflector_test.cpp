#include "kube/reflector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/store.h"
#include "tests/support/scripted_reflector.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using test::object;
using Scripted = test::ScriptedReflector;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Reflector, ListsThenWatchesFromWhereTheListEnded) {
  Scripted s;
  s.list("10", {object("a", "3"), object("b", "7")});
  s.watch({{WatchEventType::Added, object("c", "11")},
           {WatchEventType::Modified, object("a", "12")},
           {WatchEventType::Deleted, object("b", "13")}});
  s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "stage b", "commit 10", "apply c", "apply a", "erase b"));
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "13"));
  EXPECT_THAT(s.pauses, IsEmpty());
}

TEST(Reflector, PagesOfAListAreOneReplacement) {
  Scripted s;
  s.options.page = 2;
  s.list("10", {object("a", "1"), object("b", "2")}, "more");
  s.list("10", {object("c", "3")});
  s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "stage b", "stage c", "commit 10"));
  EXPECT_EQ(s.cluster.list_queries.at(1).continue_token, "more");
}

TEST(Reflector, AWatchThatEndsInOrderGoesOnWithoutAList) {
  Scripted s;
  s.list("10");
  for (int i = 0; i < 3; ++i) s.watch();
  const auto counts = s.run();
  EXPECT_EQ(counts.lists, 1U);
  EXPECT_EQ(counts.failures, 0U);
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "10", "10", "10"));
}

TEST(Reflector, ABookmarkOnlyMovesTheVersion) {
  Scripted s;
  s.list("10");
  s.watch({{WatchEventType::Bookmark, {{"kind", "Thing"}, {"metadata", {{"resourceVersion", "99"}}}}}});
  s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "commit 10", "advance 99"));
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "99"));
}

TEST(Reflector, AWatchAsksForFiveToTenMinutes) {
  Scripted s;
  s.list("10");
  s.run();
  EXPECT_EQ(s.cluster.watch_queries.at(0).timeout, 300s);
  Scripted late;
  late.random = 0.999;
  late.list("10");
  late.run();
  EXPECT_EQ(late.cluster.watch_queries.at(0).timeout, 599s);
}

TEST(Reflector, AForgottenVersionIsListedAgainNotOlderThanWhatWasSeen) {
  Scripted s;
  s.list("10", {object("a", "1"), object("b", "2")});
  s.watch_fails("Expired", {{WatchEventType::Modified, object("a", "12")}});
  s.list("50", {object("a", "12")});
  s.run();
  EXPECT_THAT(s.listed_from(), ElementsAre("/500", "12/0"));
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "50"));
  EXPECT_THAT(s.pauses, IsEmpty());
}

TEST(Reflector, AListThatTheServerForgotIsRepeatedAtOnceFromTheNewest) {
  for (const std::string code : {"Expired", "ResourceVersionTooLarge"}) {
    Scripted s;
    s.list("10");
    s.watch_fails("Expired");
    s.list_fails(code);
    s.list("50");
    s.run();
    EXPECT_THAT(s.listed_from(), ElementsAre("/500", "10/0", "/500")) << code;
    EXPECT_THAT(s.pauses, IsEmpty()) << code;
  }
}

TEST(Reflector, AWatchFromTheFutureIsListedAgain) {
  Scripted s;
  s.list("10");
  s.watch_fails("ResourceVersionTooLarge");
  s.list_fails("ResourceVersionTooLarge");
  s.list("5");
  s.run();
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "5"));
}

TEST(Reflector, PagesThatExpireAreListedInOnePiece) {
  Scripted s;
  s.list("10", {object("a", "1")}, "more");
  s.list_fails("Expired");
  s.list("20", {object("b", "2")});
  s.run();
  EXPECT_THAT(s.listed_from(), ElementsAre("/500", "/500", "/0"));
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "begin", "stage b", "commit 20"));
}

TEST(Reflector, AListTooLargeForOnePieceIsListedInPages) {
  Scripted s;
  s.list("10");
  s.watch_fails("Expired");
  s.list_fails("BodyTooLarge", base::Retry::never());
  s.list("50");
  s.run();
  EXPECT_THAT(s.listed_from(), ElementsAre("/500", "10/0", "/500"));
}

TEST(Reflector, AServerThatForgetsWhatItJustListedIsNotListedInATightLoop) {
  Scripted s;
  for (int i = 0; i < 3; ++i) {
    s.list("10");
    s.watch_fails("Expired", {}, 0ms);
  }
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(800ms, 1600ms, 3200ms));
}

TEST(Reflector, AListThatFailsIsTriedAgainWithGrowingPauses) {
  Scripted s;
  for (const char* code : {"ConnectFailed", "Forbidden", "InternalError"}) s.list_fails(code);
  s.list("10");
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(800ms, 1600ms, 3200ms));
}

TEST(Reflector, APauseIsAsLongAsTheServerAsksFor) {
  Scripted s;
  s.list_fails("TooManyRequests", base::Retry::after(45s));
  s.list("10");
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(45s));
}

TEST(Reflector, NoPauseIsLongerThanAMinute) {
  Scripted s;
  s.list_fails("ServiceUnavailable", base::Retry::after(1800s));
  s.list("10");
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(60s));
}

TEST(Reflector, ALostConnectionIsWatchedAgainAfterAPauseWithoutAList) {
  for (const std::string code : {"ConnectFailed", "ConnectionLost", "TooManyRequests", "TlsFailed", "Unauthorized",
                                 "UnexpectedStatus", "MalformedJson", "InvalidCertificate"}) {
    Scripted s;
    s.list("10");
    s.watch_fails(code, {{WatchEventType::Added, object("a", "11")}});
    const auto counts = s.run();
    EXPECT_EQ(counts.lists, 1U) << code;
    EXPECT_THAT(s.watched_from(), ElementsAre("10", "11")) << code;
    EXPECT_THAT(s.pauses, ElementsAre(800ms)) << code;
  }
}

TEST(Reflector, ASilentWatchIsRenewedAtOnceWithoutAListAndIsNoFailure) {
  Scripted s;
  s.list("10");
  s.watch_fails("Silent", {}, 90s);
  s.watch_fails("Silent", {{WatchEventType::Added, object("a", "11")}}, 150s);
  const auto counts = s.run();
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "10", "11"));
  EXPECT_THAT(s.pauses, IsEmpty());
  EXPECT_EQ(counts.lists, 1U);
  EXPECT_EQ(counts.failures, 0U);
}

TEST(Reflector, ASilentWatchMakesNoLaterPauseLonger) {
  Scripted s;
  s.list("10");
  for (int i = 0; i < 5; ++i) s.watch_fails("Silent", {}, 90s);
  s.watch_fails("ConnectionLost", {}, 0ms);
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(800ms));
}

TEST(Reflector, AServerThatDoesNotBeginToAnswerAWatchIsAskedAgainAfterAPause) {
  Scripted s;
  s.list("10");
  s.watch_fails("DeadlineExceeded", {}, 30s);
  EXPECT_EQ(s.run().failures, 1U);
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "10"));
  EXPECT_THAT(s.pauses, ElementsAre(800ms));
}

TEST(Reflector, AnUnknownFailureOfAWatchIsListedAgain) {
  Scripted s;
  s.list("10");
  s.watch_fails("NotFound");
  s.list("20");
  s.run();
  EXPECT_THAT(s.listed_from(), ElementsAre("/500", "10/0"));
  EXPECT_THAT(s.pauses, ElementsAre(800ms));
}

TEST(Reflector, InternalErrorsAreWatchedAgainSomeTimesAndThenListed) {
  Scripted s;
  s.list("10");
  for (int i = 0; i < 5; ++i) s.watch_fails("InternalError", {}, 0ms);
  s.list("20");
  const auto counts = s.run();
  EXPECT_EQ(counts.lists, 2U);
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "10", "10", "10", "10", "20"));
}

TEST(Reflector, AWatchThatEndsAtOnceWithoutAWordIsAFailure) {
  Scripted s;
  s.list("10");
  for (int i = 0; i < 3; ++i) s.watch({}, 10ms);
  const auto counts = s.run();
  EXPECT_EQ(counts.failures, 3U);
  EXPECT_THAT(s.pauses, ElementsAre(800ms, 1600ms, 3200ms));
}

TEST(Reflector, PoisonIsSkippedAndCountedAndTheRestIsSeen) {
  Scripted s;
  Json poison = object("p", "11");
  poison["poison"] = true;
  Json stranger = object("x", "13");
  stranger["kind"] = "Other";
  s.list("10", {poison, object("a", "1"), {{"metadata", nullptr}}});
  s.watch({{WatchEventType::Added, poison},
           {WatchEventType::Unreadable, nullptr},
           {WatchEventType::Modified, Json{{"metadata", {{"name", 7}}}}},
           {WatchEventType::Added, stranger},
           {WatchEventType::Added, object("b", "12")}});
  const auto counts = s.run();
  EXPECT_EQ(counts.skipped, 6U);
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "commit 10", "advance 11", "apply b"));
  EXPECT_THAT(s.watched_from(), ElementsAre("10", "12"));
}

TEST(Reflector, ASinkThatThrowsDoesNotEndTheLoop) {
  Scripted s;
  Json bomb = object("p", "11");
  bomb["bomb"] = true;
  s.list("10", {bomb, object("a", "1")});
  s.watch({{WatchEventType::Added, bomb}, {WatchEventType::Deleted, bomb}, {WatchEventType::Added, object("b", "12")}});
  EXPECT_EQ(s.run().skipped, 3U);
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "commit 10", "advance 11", "advance 11", "apply b"));
}

TEST(Reflector, AWatchThatWorkedAndWasDroppedIsBegunAgainAfterAShortPauseHoweverOften) {
  Scripted s;
  s.list("10");
  for (int i = 0; i < 3; ++i) s.watch_fails("ConnectionLost", {}, 3s);
  for (const char* version : {"11", "12"}) {
    s.watch_fails("ConnectionLost", {{WatchEventType::Modified, object("a", version)}}, 10ms);
  }
  s.run();
  EXPECT_THAT(s.pauses, testing::Each(800ms));
  EXPECT_EQ(s.pauses.size(), 5U);
}

TEST(Reflector, AWatchThatWorksMakesPausesShortAgain) {
  Scripted s;
  s.list("10");
  s.watch_fails("ConnectionLost", {}, 0ms);
  s.watch_fails("ConnectionLost", {}, 10ms);
  s.watch_fails("ConnectionLost", {}, 150s);
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(800ms, 1600ms, 800ms));
}

TEST(Reflector, WhatAListNoLongerHasIsToldWithItsLastState) {
  struct Thing {
    std::string name;
  };
  Store<Thing> store([](const Json& thing) -> Result<Thing> { return Thing{thing["metadata"]["name"]}; });
  std::vector<std::string> gone;
  store.on_change([&](const auto& before, const auto& after) {
    if (after == nullptr) gone.push_back(before->name);
  });
  Scripted s;
  s.list("10", {object("a", "1"), object("b", "2")});
  s.watch_fails("Expired");
  s.list("50", {object("a", "1")});
  s.run(store);
  EXPECT_THAT(gone, ElementsAre("b"));
  EXPECT_EQ(store.resource_version(), "50");
}

TEST(Reflector, WhatAPageWithAnUnreadableItemLacksIsAskedForBeforeItIsGone) {
  test::ScriptedReflector s;
  Store<std::string> store([](const Json& thing) -> Result<std::string> { return thing["metadata"]["name"]; });
  s.list("10", {object("a", "1"), object("b", "2")});
  s.watch_fails("Expired");
  s.list("20", {object("a", "1")});
  s.cluster.lists.back().page->unreadable = 1;
  s.list("21", {object("b", "2")});
  const auto counts = s.run(store);
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(store.resource_version(), "20");
  EXPECT_EQ(counts.lists, 2U);
  EXPECT_EQ(counts.skipped, 1U);
}

TEST(Reflector, ObjectsOfMetadataOnlyAreOfTheKindThatTheServerGivesThem) {
  Scripted s;
  s.options.metadata_only = true;
  Json partial = object("a", "11");
  partial["kind"] = partial_metadata_kind;
  s.list("10");
  s.watch({{WatchEventType::Added, partial}, {WatchEventType::Added, object("whole", "12")}});
  EXPECT_EQ(s.run().skipped, 1U);
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "commit 10", "apply a"));
  EXPECT_TRUE(s.cluster.list_queries.at(0).metadata_only);
  EXPECT_TRUE(s.cluster.watch_queries.at(0).metadata_only);
}

TEST(Reflector, ADuplicateAddedIsHandedOverLikeAnyChange) {
  Scripted s;
  s.list("10", {object("a", "9")});
  s.watch({{WatchEventType::Added, object("a", "9")}, {WatchEventType::Added, object("a", "11")}});
  s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "commit 10", "apply a", "apply a"));
}

TEST(Reflector, ItMakesProgressWheneverTheServerSpeaks) {
  test::ManualClock clock;
  test::ScriptedCluster cluster;
  test::NotingSink sink;
  std::stop_source stop;
  cluster.on_script_end = [&] { stop.request_stop(); };
  cluster.lists.push_back({ListPage{"10", "", 0}, {}});
  cluster.watches.push_back({{}, {{WatchEventType::Added, object("a", "11")}}, [&] { clock.advance(60s); }});
  Reflector reflector({.type = {"", "v1", "things", "Thing"}, .stream_lists = false}, cluster, sink, clock,
                      [](auto, auto) { return true; });
  const auto before = reflector.last_progress();
  reflector.run(stop.get_token());
  EXPECT_EQ(reflector.last_progress() - before, 60s);
}

}  // namespace
}  // namespace staves::kube
