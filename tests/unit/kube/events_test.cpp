#include "kube/events.h"

#include <gtest/gtest.h>

#include <latch>

#include "tests/support/manual_clock.h"
#include "tests/support/scripted_cluster.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using base::Json;

EventNote note_of(const std::string& name, const std::string& text = "it began") {
  return {{"example.dev", "v1", "things", "Thing"}, {"team", name}, "uid-1", false, "Started", "Build", text};
}

struct Series {
  test::ManualClock clock;
  EventSeries series{"tester", "tester-0"};
  std::optional<EventWrite> observe(const EventNote& note) { return series.observe(note, clock.now()); }
};

TEST(EventSeries, TheFirstIsAWholeEvent) {
  Series s;
  s.clock.advance(250ms);
  const auto write = s.observe(note_of("web"));
  ASSERT_TRUE(write && write->create);
  Json body = Json::parse(write->body);
  EXPECT_EQ(body["metadata"]["namespace"], "team");
  EXPECT_TRUE(body["metadata"]["name"].get<std::string>().starts_with("web."));
  EXPECT_EQ(body["metadata"]["name"], write->key.name);
  body.erase("metadata");
  EXPECT_EQ(body,
            Json::parse(R"({"apiVersion":"events.k8s.io/v1","kind":"Event","eventTime":"2026-05-01T00:00:00.250000Z",
    "reportingController":"tester","reportingInstance":"tester-0","type":"Normal","reason":"Started","action":"Build","note":"it began",
    "regarding":{"apiVersion":"example.dev/v1","kind":"Thing","name":"web","namespace":"team","uid":"uid-1"}})"));
}

TEST(EventSeries, TheSecondBeginsASeriesAndMoreAreOnlyCounted) {
  Series s;
  const auto first = s.observe(note_of("web"));
  s.clock.advance(10s);
  const auto second = s.observe(note_of("web"));
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(second->create);
  EXPECT_EQ(second->key, first->key);
  EXPECT_EQ(Json::parse(second->body),
            Json::parse(R"({"series":{"count":2,"lastObservedTime":"2026-05-01T00:00:10.000000Z"}})"));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(s.observe(note_of("web")));
  EXPECT_TRUE(s.series.due(s.clock.now()).empty());
}

TEST(EventSeries, TheCountIsWrittenWhenTheSeriesHasBeenQuiet) {
  Series s;
  for (int i = 0; i < 5; ++i) s.observe(note_of("web"));
  s.clock.advance(6min);
  const auto due = s.series.due(s.clock.now());
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(Json::parse(due[0].body)["series"]["count"], 5);
  EXPECT_EQ(s.series.size(), 0U);
  const auto anew = s.observe(note_of("web"));
  EXPECT_TRUE(anew && anew->create);
}

TEST(EventSeries, ALongSeriesIsWrittenEveryHalfHour) {
  Series s;
  s.observe(note_of("web"));
  std::size_t writes = 0;
  for (int minute = 0; minute < 61; ++minute) {
    s.clock.advance(1min);
    if (s.observe(note_of("web"))) ++writes;
    writes += s.series.due(s.clock.now()).size();
  }
  EXPECT_EQ(writes, 3U) << "the second event, and twice since then";
}

TEST(EventSeries, DifferentEventsAreNotOneSeries) {
  Series s;
  EXPECT_TRUE(s.observe(note_of("web")));
  EXPECT_TRUE(s.observe(note_of("db")));
  EXPECT_TRUE(s.observe(note_of("web", "it ended")));
  EXPECT_EQ(s.series.size(), 3U);
}

TEST(EventSeries, ALostEventIsMadeAnew) {
  Series s;
  const auto first = s.observe(note_of("web"));
  s.series.lost(first->key);
  s.clock.advance(1ms);
  const auto again = s.observe(note_of("web"));
  ASSERT_TRUE(again && again->create);
  EXPECT_NE(again->key, first->key);
}

TEST(EventSeries, WhatItRemembersIsBoundedAndTheOldestGoesFirst) {
  test::ManualClock clock;
  EventSeries series("tester", "tester-0", 3);
  for (const char* name : {"a", "b", "c", "d"}) {
    series.observe(note_of(name), clock.now());
    clock.advance(1s);
  }
  EXPECT_EQ(series.size(), 3U);
  EXPECT_FALSE(series.observe(note_of("d"), clock.now())->create);
  EXPECT_TRUE(series.observe(note_of("a"), clock.now())->create);
}

TEST(EventSeries, TextsAreCutToWhatTheServerTakes) {
  EventSeries series("tester", std::string(200, 'i'));
  std::string umlauts;
  for (int i = 0; i < 600; ++i) umlauts += "\xc3\xa4";
  const auto write = series.observe(note_of(std::string(253, 'n'), "x" + umlauts), {});
  ASSERT_TRUE(write);
  const Json body = Json::parse(write->body);
  EXPECT_EQ(body["reportingInstance"].get<std::string>().size(), 128U);
  EXPECT_EQ(body["note"].get<std::string>().size(), 1023U) << "no character is cut through";
  EXPECT_LE(body["metadata"]["name"].get<std::string>().size(), 253U);
}

/// A Sleep that gives the time back at once.
Sleep no_sleep() {
  return [](std::chrono::milliseconds, std::stop_token) { return true; };
}

TEST(EventWriter, WhatWaitsIsWrittenBeforeItEnds) {
  test::ScriptedCluster cluster;
  {
    EventWriter writer({.controller = "tester", .instance = "tester-0"}, cluster, std::make_shared<test::ManualClock>(),
                       no_sleep());
    for (int i = 0; i < 20; ++i) writer.record(note_of("web-" + std::to_string(i)));
  }
  const auto writes = cluster.writes();
  ASSERT_EQ(writes.size(), 20U);
  EXPECT_EQ(writes[0].verb, "create");
  EXPECT_EQ(writes[0].what, "events team");
}

TEST(EventWriter, ARefusedEventIsCountedAndABusyServerIsAskedAgain) {
  test::ScriptedCluster cluster;
  cluster.write_answers.push_back(base::fail("InternalError", "scripted", base::Retry::soon()));
  cluster.write_answers.push_back(Json::object());
  cluster.write_answers.push_back(base::fail("Invalid", "scripted", base::Retry::when_spec_changes()));
  cluster.write_answers.push_back(base::fail("AlreadyExists", "scripted", base::Retry::never()));
  EventWriter writer({.controller = "tester", .instance = "tester-0"}, cluster, std::make_shared<test::ManualClock>(),
                     no_sleep());
  for (const char* name : {"a", "b", "c"}) writer.record(note_of(name));
  while (writer.counts().written + writer.counts().failed < 3) std::this_thread::yield();
  EXPECT_EQ(writer.counts().written, 2U);
  EXPECT_EQ(writer.counts().failed, 1U);
  EXPECT_EQ(cluster.writes().size(), 4U);
}

TEST(EventWriter, AnEventThatTheServerForbidsDoesNotKeepTheOthersWaiting) {
  for (const char* code : {"Forbidden", "Unauthorized", "Conflict", "Expired", "PolicyViolation"}) {
    test::ScriptedCluster cluster;
    cluster.write_answers.push_back(base::fail(code, "scripted", base::Retry::soon()));
    EventWriter writer({.controller = "tester", .instance = "tester-0"}, cluster, std::make_shared<test::ManualClock>(),
                       no_sleep());
    for (const char* name : {"a", "b"}) writer.record(note_of(name));
    while (writer.counts().written + writer.counts().failed < 2) std::this_thread::yield();
    EXPECT_EQ(writer.counts().failed, 1U) << code;
    EXPECT_EQ(cluster.writes().size(), 2U) << code;
  }
}

TEST(EventWriter, WhatMayPassIsTriedAgain) {
  const std::vector<base::Error> passing{
      {"ConnectFailed", "scripted", base::Retry::soon()},      {"ConnectionLost", "scripted", base::Retry::soon()},
      {"DeadlineExceeded", "scripted", base::Retry::soon()},   {"TooManyRequests", "scripted", base::Retry::after(1s)},
      {"ServiceUnavailable", "scripted", base::Retry::soon()}, {"UnexpectedStatus", "scripted", base::Retry::soon()}};
  test::ScriptedCluster cluster;
  for (const base::Error& error : passing) cluster.write_answers.push_back(base::fail(error));
  EventWriter writer({.controller = "tester", .instance = "tester-0"}, cluster, std::make_shared<test::ManualClock>(),
                     no_sleep());
  writer.record(note_of("a"));
  while (writer.counts().written + writer.counts().failed < 1) std::this_thread::yield();
  EXPECT_EQ(writer.counts().written, 1U);
  EXPECT_EQ(cluster.writes().size(), passing.size() + 1);
}

/// A cluster whose first write waits until the test lets it go.
class StuckCluster : public test::ScriptedCluster {
 public:
  base::Result<Json> create(const ResourceType& type, const std::string& name_space, const std::string& body,
                            std::stop_token stop) override {
    if (!arrived.try_wait()) arrived.count_down();
    released.wait();
    return ScriptedCluster::create(type, name_space, body, stop);
  }
  std::latch arrived{1};
  std::latch released{1};
};

TEST(EventWriter, AFullQueueDropsAndCountsAndNeverWaits) {
  StuckCluster cluster;
  EventWriter writer({.controller = "tester", .instance = "tester-0", .limit = 3}, cluster,
                     std::make_shared<test::ManualClock>(), no_sleep());
  writer.record(note_of("stuck"));
  cluster.arrived.wait();
  for (int i = 0; i < 10; ++i) writer.record(note_of("web-" + std::to_string(i)));
  EXPECT_EQ(writer.counts().dropped, 7U);
  cluster.released.count_down();
}

}  // namespace
}  // namespace staves::kube
