#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/reflector.h"
#include "kube/store.h"
#include "tests/support/scripted_reflector.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using test::end_of_the_past;
using test::Event;
using test::object;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Streaming : test::ScriptedReflector {
  Streaming() { options.stream_lists = true; }
  /// Whether each watch asked for what exists.
  std::vector<bool> asked_for_the_past() const {
    std::vector<bool> asked;
    for (const auto& query : cluster.watch_queries) asked.push_back(query.initial_events);
    return asked;
  }
};

Event added(const std::string& name, const std::string& version) {
  return {WatchEventType::Added, object(name, version)};
}

TEST(StreamedList, ComesInOneStreamWithTheWatchAfterIt) {
  Streaming s;
  s.watch({added("b", "7"), added("a", "3"), end_of_the_past("10"), added("c", "11")});
  const auto counts = s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage b", "stage a", "commit 10", "apply c"));
  EXPECT_THAT(s.watched_from(), ElementsAre("", "11"));
  EXPECT_THAT(s.asked_for_the_past(), ElementsAre(true, false));
  EXPECT_THAT(s.cluster.list_queries, IsEmpty());
  EXPECT_EQ(counts.lists, 1U);
  EXPECT_EQ(counts.streamed, 1U);
  EXPECT_EQ(counts.failures, 0U);
}

TEST(StreamedList, ChangesBeforeItsEndAreStagedAsWell) {
  Streaming s;
  s.watch({added("a", "3"),
           added("b", "4"),
           {WatchEventType::Modified, object("a", "8")},
           {WatchEventType::Deleted, object("b", "9")},
           end_of_the_past("10")});
  s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "stage b", "stage a", "unstage b", "commit 10"));
}

TEST(StreamedList, WithoutItsEndNothingIsPublishedAndNoVersionIsKept) {
  Streaming s;
  Store<std::string> store([](const Json& thing) -> Result<std::string> { return thing["metadata"]["name"]; });
  s.watch_fails("ConnectionLost", {added("a", "3"), added("b", "9")});
  s.cluster.on_script_end = [&] {
    EXPECT_FALSE(store.synced());
    EXPECT_EQ(store.size(), 0U);
    s.stop.request_stop();
  };
  s.run(store);
  EXPECT_THAT(s.watched_from(), ElementsAre("", ""));
  EXPECT_THAT(s.asked_for_the_past(), ElementsAre(true, true));
  EXPECT_THAT(s.pauses, ElementsAre(800ms));
}

TEST(StreamedList, AnyOtherBookmarkDoesNotEndIt) {
  Streaming s;
  const Json plain{{"kind", "Thing"}, {"metadata", {{"resourceVersion", "5"}}}};
  const Json not_yet{{"kind", "Thing"},
                     {"metadata", {{"resourceVersion", "6"}, {"annotations", {{initial_events_end, "false"}}}}}};
  s.watch(
      {added("a", "3"), {WatchEventType::Bookmark, plain}, {WatchEventType::Bookmark, not_yet}, end_of_the_past("10")});
  s.run();
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "commit 10"));
}

TEST(StreamedList, AServerThatRefusesIsAskedForPagesFromThenOn) {
  for (const std::string code : {"Invalid", "BadRequest"}) {
    Streaming s;
    s.watch_fails(code, {}, 0ms);
    s.list("10", {object("a", "1")});
    s.watch_fails("Expired");
    s.list("50", {object("a", "1")});
    const auto counts = s.run();
    EXPECT_THAT(s.asked_for_the_past(), ElementsAre(true, false, false)) << code;
    EXPECT_THAT(s.listed_from(), ElementsAre("/500", "10/0")) << code;
    EXPECT_THAT(s.pauses, IsEmpty()) << code;
    EXPECT_EQ(counts.lists, 2U);
    EXPECT_EQ(counts.streamed, 0U);
  }
}

TEST(StreamedList, AForgottenVersionIsStreamedAgainFromNothing) {
  Streaming s;
  s.watch({added("a", "3"), added("b", "4"), end_of_the_past("10")});
  s.watch_fails("Expired");
  s.watch({added("a", "3"), end_of_the_past("50")});
  const auto counts = s.run();
  EXPECT_THAT(s.watched_from(), ElementsAre("", "10", "", "50"));
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "stage b", "commit 10", "begin", "stage a", "commit 50"));
  EXPECT_THAT(s.pauses, IsEmpty());
  EXPECT_EQ(counts.streamed, 2U);
}

TEST(StreamedList, WhatAStreamNoLongerHasIsToldWithItsLastState) {
  Streaming s;
  Store<std::string> store([](const Json& thing) -> Result<std::string> { return thing["metadata"]["name"]; });
  std::vector<std::string> gone;
  store.on_change([&](const auto& before, const auto& after) {
    if (after == nullptr) gone.push_back(*before);
  });
  s.watch_fails("Expired", {added("a", "3"), added("b", "4"), end_of_the_past("10")});
  s.watch({added("a", "3"), added("c", "5"), {WatchEventType::Deleted, object("c", "6")}, end_of_the_past("50")});
  s.run(store);
  EXPECT_THAT(gone, ElementsAre("b"));
  EXPECT_EQ(store.size(), 1U);
}

/// A store of names that has seen a list with "a" and "b"; "-b" is what it tells when b is gone.
struct KnowingTwo {
  KnowingTwo() {
    store.on_change([this](const auto& before, const auto& after) {
      if (after == nullptr) gone.push_back(*before);
    });
  }
  Store<std::string> store{[](const Json& thing) -> Result<std::string> { return thing["metadata"]["name"]; }};
  std::vector<std::string> gone;
};

const Event unreadable{WatchEventType::Unreadable, nullptr};

TEST(StreamedList, AnEntryThatCannotBeReadMayBeAnyObjectSoWhatIsLackingIsAskedForBeforeItIsGone) {
  Streaming s;
  KnowingTwo known;
  s.watch_fails("Expired", {added("a", "3"), added("b", "4"), added("c", "5"), end_of_the_past("10")});
  s.watch({added("a", "3"), unreadable, end_of_the_past("50")});
  s.list("51", {object("b", "12")});
  s.list("51");
  s.run(known.store);
  EXPECT_THAT(known.gone, ElementsAre("c"));
  EXPECT_EQ(known.store.size(), 2U);
  EXPECT_EQ(known.store.resource_version(), "50");
  ASSERT_EQ(s.cluster.list_queries.size(), 2U);
  EXPECT_EQ(s.cluster.list_queries[0].field_selector, "metadata.name=b");
  EXPECT_EQ(s.cluster.list_queries[1].field_selector, "metadata.name=c");
}

TEST(StreamedList, AnObjectThatCannotBeReadOnItsOwnEitherStaysAsItIsKnown) {
  Streaming s;
  KnowingTwo known;
  s.watch_fails("Expired", {added("a", "3"), added("b", "4"), end_of_the_past("10")});
  s.watch({added("a", "3"), unreadable, end_of_the_past("50")});
  s.list_fails("MalformedJson");
  s.run(known.store);
  EXPECT_THAT(known.gone, IsEmpty());
}

TEST(StreamedList, WhileItCannotBeAskedForNothingIsGoneAndTheListIsMadeAgain) {
  Streaming s;
  KnowingTwo known;
  s.watch_fails("Expired", {added("a", "3"), added("b", "4"), end_of_the_past("10")});
  s.watch({added("a", "3"), unreadable, end_of_the_past("50")});
  s.list_fails("ServiceUnavailable");
  s.cluster.on_script_end = [&] {
    EXPECT_THAT(known.gone, IsEmpty());
    EXPECT_EQ(known.store.resource_version(), "10");
    s.stop.request_stop();
  };
  const auto counts = s.run(known.store);
  EXPECT_EQ(counts.lists, 1U);
  EXPECT_EQ(counts.failures, 1U);
}

TEST(StreamedList, WithoutSuchAnEntryNobodyIsAsked) {
  Streaming s;
  KnowingTwo known;
  s.watch_fails("Expired", {added("a", "3"), added("b", "4"), end_of_the_past("10")});
  s.watch({added("a", "3"), end_of_the_past("50"), unreadable});
  s.run(known.store);
  EXPECT_THAT(known.gone, ElementsAre("b"));
  EXPECT_THAT(s.cluster.list_queries, IsEmpty());
}

TEST(StreamedList, StreamsThatBreakThreeTimesAreListedInPagesForThisOnce) {
  Streaming s;
  for (int i = 0; i < 3; ++i) s.watch_fails("ConnectionLost", {added("a", "3")});
  s.list("10", {object("a", "3")});
  s.watch_fails("Expired");
  s.watch({added("a", "3"), end_of_the_past("50")});
  const auto counts = s.run();
  EXPECT_THAT(s.asked_for_the_past(), ElementsAre(true, true, true, false, true, false));
  EXPECT_EQ(counts.lists, 2U);
  EXPECT_EQ(counts.streamed, 1U);
  EXPECT_EQ(counts.failures, 3U);
}

TEST(StreamedList, AStreamThatEndsInOrderOrFailsOtherwiseIsListedInPagesForThisOnce) {
  for (const std::string code : {"", "Expired", "Forbidden", "InternalError"}) {
    Streaming s;
    if (code.empty()) {
      s.watch({added("a", "3")});
    } else {
      s.watch_fails(code);
    }
    s.list("10", {object("a", "3")});
    s.run();
    EXPECT_THAT(s.asked_for_the_past(), ElementsAre(true, false)) << code;
    EXPECT_THAT(s.pauses, ElementsAre(800ms)) << code;
  }
}

TEST(StreamedList, ThatEndsRightAfterItIsWholeIsAVeryShortWatch) {
  Streaming s;
  s.watch({added("a", "3"), end_of_the_past("10")}, 10ms);
  s.run();
  EXPECT_THAT(s.watched_from(), ElementsAre("", "10"));
  EXPECT_THAT(s.pauses, ElementsAre(800ms));
}

TEST(StreamedList, AServerThatForgetsWhatItJustStreamedIsNotAskedInATightLoop) {
  Streaming s;
  for (int i = 0; i < 3; ++i) s.watch_fails("Expired", {end_of_the_past("10")}, 0ms);
  s.run();
  EXPECT_THAT(s.pauses, ElementsAre(800ms, 1600ms, 3200ms));
}

TEST(StreamedList, PoisonInItIsSkippedAndCounted) {
  Streaming s;
  Json poison = object("p", "11");
  poison["poison"] = true;
  Json bomb = object("q", "12");
  bomb["bomb"] = true;
  s.watch({{WatchEventType::Added, poison},
           {WatchEventType::Added, bomb},
           {WatchEventType::Unreadable, nullptr},
           added("a", "1"),
           end_of_the_past("20")});
  EXPECT_EQ(s.run().skipped, 3U);
  EXPECT_THAT(s.sink.notes, ElementsAre("begin", "stage a", "commit 20"));
}

TEST(StreamedList, ItsEndBeingLateIsToldOnceInTheLog) {
  Streaming s;
  s.cluster.watches.push_back({{}, {added("a", "1")}, [&] {
                                 for (int i = 0; i < 3; ++i) s.tick();
                               }});
  testing::internal::CaptureStderr();
  s.run();
  const std::string log = testing::internal::GetCapturedStderr();
  const auto first = log.find("has not told of all that is there yet");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("has not told of all that is there yet", first + 1), std::string::npos) << log;
}

TEST(StreamedList, AStreamThatFallsSilentBeforeItsEndIsGivenUpAndListed) {
  Streaming s;
  s.cluster.watches.push_back({base::fail("Cancelled", "scripted", base::Retry::never()), {added("a", "1")}, [&] {
                                 // The first tick has the event behind it, then comes nothing for three.
                                 for (int i = 0; i < 4; ++i) {
                                   EXPECT_FALSE(s.cluster.watch_stop.stop_requested());
                                   s.tick();
                                 }
                                 EXPECT_TRUE(s.cluster.watch_stop.stop_requested());
                               }});
  s.list("10", {object("a", "1")});
  const auto counts = s.run();
  EXPECT_EQ(counts.lists, 1U);
  EXPECT_EQ(counts.streamed, 0U);
  EXPECT_THAT(s.watched_from(), ElementsAre("", "10"));
}

TEST(StreamedList, NobodyLooksAfterAStreamThatIsWhole) {
  Streaming s;
  s.cluster.watches.push_back({{}, {end_of_the_past("10")}, [&] {
                                 EXPECT_EQ(s.tick, nullptr);
                                 s.clock.advance(60s);
                               }});
  s.run();
  EXPECT_THAT(s.pauses, IsEmpty());
}

TEST(Ticker, TheRealOneTicksUntilItsHandleGoesAway) {
  std::mutex mutex;
  std::condition_variable ticked;
  int ticks = 0;
  auto handle = real_ticker()(1ms, [&] {
    const std::lock_guard lock(mutex);
    ++ticks;
    ticked.notify_all();
  });
  {
    std::unique_lock lock(mutex);
    ticked.wait(lock, [&] { return ticks >= 2; });
  }
  handle.reset();
  const int at_the_end = ticks;
  EXPECT_GE(at_the_end, 2);
}

}  // namespace
}  // namespace staves::kube
