#include <latch>

#include "tests/fault_proxy/proxy_fixture.h"

namespace staves::test {

namespace {

constexpr const char* watch = "/api/v1/configmaps?watch=true&resourceVersion=1";

/// An API server that sends four events, and ends the watch in order when it is told to.
class WatchFaults : public FaultProxyTest {
 protected:
  void SetUp() override {
    FaultProxyTest::SetUp();
    answer_with([this](ServerConnection& connection, const SeenRequest& request) {
      if (!request.target.contains("watch=true")) {
        connection.respond(200, R"({"metadata":{"resourceVersion":"12"},"items":[]})");
        return;
      }
      connection.begin_chunks();
      for (const char* name : {"a", "b"})
        connection.write_chunk(event_line("ADDED", name, name[0] == 'a' ? "11" : "12"));
      // One line in two chunks, and two lines in one.
      const std::string more = event_line("MODIFIED", "a", "13") + event_line("BOOKMARK", "", "14");
      connection.write_chunk(more.substr(0, 20));
      connection.write_chunk(more.substr(20));
      if (endless_) return connection.wait_for_close();
      connection.end_chunks();
    });
  }

  /// Reads until so many lines came; what came so far when it takes too long.
  std::string lines(Line& line, long count, std::chrono::milliseconds time = patience) {
    std::string text;
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::ranges::count(text, '\n') < count && std::chrono::steady_clock::now() < until) {
      BodyReader::State state = reader_->next(text, std::chrono::milliseconds(50));
      if (state == BodyReader::State::Whole || state == BodyReader::State::Broken) break;
    }
    (void)line;
    return text;
  }
  void begin(Line& line) {
    line.stream->write(request_text("GET", watch));
    const auto head = read_head(line, patience);
    ASSERT_TRUE(head);
    reader_.emplace(line, *head, false);
  }

  const std::string all_ = event_line("ADDED", "a", "11") + event_line("ADDED", "b", "12") +
                           event_line("MODIFIED", "a", "13") + event_line("BOOKMARK", "", "14");
  std::atomic<bool> endless_ = false;
  std::optional<BodyReader> reader_;
};

TEST_F(WatchFaults, WithoutRulesEventsPassAndTheEndIsInOrder) {
  const Heard heard = ask("GET", watch);
  EXPECT_EQ(heard.body, all_);
  EXPECT_TRUE(heard.whole);
}

TEST_F(WatchFaults, AnOldWatchIsDroppedWithoutAnEnd) {
  endless_ = true;
  rules(R"({"fault": "dropWatch", "ms": 200})");
  const auto began = std::chrono::steady_clock::now();
  const Heard heard = ask("GET", watch);
  EXPECT_EQ(heard.body, all_);
  EXPECT_FALSE(heard.whole);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
}

TEST_F(WatchFaults, TheHistoryIsGoneInTheStream) {
  rules(R"({"fault": "expireWatch", "on": 2})");
  const Heard heard = ask("GET", watch);
  EXPECT_TRUE(heard.body.starts_with(event_line("ADDED", "a", "11") + R"({"type":"ERROR")")) << heard.body;
  EXPECT_TRUE(heard.body.contains(R"("code":410)"));
  EXPECT_TRUE(heard.whole);
}

TEST_F(WatchFaults, SkippedEventsDoNotComeAndBookmarksAlwaysDo) {
  rules(R"({"fault": "skipEvent", "every": 2})");
  EXPECT_EQ(ask("GET", watch).body,
            event_line("ADDED", "a", "11") + event_line("MODIFIED", "a", "13") + event_line("BOOKMARK", "", "14"));
}

TEST_F(WatchFaults, DuplicateEventsComeTwice) {
  rules(R"({"fault": "duplicateEvent", "on": 1})");
  EXPECT_EQ(ask("GET", watch).body, event_line("ADDED", "a", "11") + all_);
}

TEST_F(WatchFaults, AWatchIsCutInTheMiddleOfAnEvent) {
  rules(R"({"fault": "truncate", "bytes": 90})");
  const Heard heard = ask("GET", watch);
  EXPECT_EQ(heard.body, all_.substr(0, 90));
  EXPECT_FALSE(heard.whole);
}

TEST_F(WatchFaults, ACleanCutLooksLikeTheEnd) {
  rules(R"({"fault": "truncate", "bytes": 90, "clean": true})");
  const Heard heard = ask("GET", watch);
  EXPECT_EQ(heard.body, all_.substr(0, 90));
  EXPECT_TRUE(heard.whole);
}

TEST_F(WatchFaults, AHalfOpenWatchFallsSilent) {
  rules(R"({"fault": "swallow", "bytes": 90})");
  Line line = connect();
  begin(line);
  EXPECT_EQ(lines(line, 4, std::chrono::milliseconds(300)), all_.substr(0, 90));
}

TEST_F(WatchFaults, AFrozenWatchGoesOnWhenTheRuleIsGoneAndOthersNeverStop) {
  endless_ = true;
  rules(R"({"fault": "freezeWatch", "resources": ["configmaps"]})");
  Line line = connect();
  begin(line);
  EXPECT_EQ(lines(line, 1, std::chrono::milliseconds(200)), "");
  EXPECT_EQ(ask("GET", "/api/v1/secrets").status, 200);
  rules("");
  EXPECT_EQ(lines(line, 4), all_);
}

TEST_F(WatchFaults, AServerThatLagsKnowsNothingNewer) {
  endless_ = true;
  rules(R"({"fault": "lag"})");
  ask("GET", "/api/v1/configmaps?limit=500");
  EXPECT_EQ(seen().back(), "GET /api/v1/configmaps?limit=500&resourceVersion=12&resourceVersionMatch=Exact");
  const Heard ahead = ask("GET", "/api/v1/configmaps?resourceVersion=13");
  EXPECT_EQ(ahead.status, 504);
  EXPECT_TRUE(ahead.body.contains("ResourceVersionTooLarge"));
  Line line = connect();
  begin(line);
  EXPECT_EQ(lines(line, 3, std::chrono::milliseconds(300)),
            event_line("ADDED", "a", "11") + event_line("ADDED", "b", "12"));
  rules("");
  EXPECT_EQ(lines(line, 2), event_line("MODIFIED", "a", "13") + event_line("BOOKMARK", "", "14"));
}

TEST_F(WatchFaults, AWatchThatFallsAsleepEndsWithItsClient) {
  endless_ = true;
  {
    Line line = connect();
    begin(line);
    EXPECT_EQ(lines(line, 4), all_);
  }
  EXPECT_EQ(ask("GET", "/api/v1/secrets").status, 200);
}

}  // namespace

}  // namespace staves::test
