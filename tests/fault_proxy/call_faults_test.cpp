#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/fault_proxy/proxy_fixture.h"

namespace staves::test {

namespace {

using CallFaults = FaultProxyTest;

constexpr const char* one = "/api/v1/namespaces/a/configmaps/one";
constexpr const char* all = "/api/v1/namespaces/a/configmaps";

TEST_F(CallFaults, WithoutRulesTheAnswerIsTheServers) {
  answer_with([](ServerConnection& connection, const SeenRequest& request) {
    EXPECT_EQ(connection.client_name(), "admin");
    EXPECT_FALSE(request.headers.contains("authorization"));
    connection.begin_chunks(201);
    connection.write_chunk("what was said: ");
    connection.write_chunk(request.body);
    connection.end_chunks();
  });
  Line line = connect();
  for (const std::string body : {"first", "second"}) {
    const Heard heard = ask(line, "PATCH", one, body, "secret");
    EXPECT_EQ(heard.status, 201);
    EXPECT_EQ(heard.body, "what was said: " + body);
    EXPECT_TRUE(heard.whole);
  }
}

TEST_F(CallFaults, EverySecondWriteConflictsAndReadsDoNot) {
  rules(R"({"fault": "status", "status": 409, "verbs": ["write"], "every": 2})");
  std::vector<int> statuses;
  for (const char* method : {"PATCH", "GET", "DELETE", "PATCH", "PATCH"}) statuses.push_back(ask(method, one).status);
  EXPECT_EQ(statuses, (std::vector{200, 200, 409, 200, 409}));
  EXPECT_EQ(seen().size(), 3U);
}

TEST_F(CallFaults, StatusSaysHowLongToWaitAndWhy) {
  rules(R"({"fault": "status", "status": 429, "retryAfter": 7, "resources": ["configmaps"], "times": 1})");
  EXPECT_EQ(ask("GET", "/api/v1/namespaces/a/secrets").status, 200);
  const Heard heard = ask("GET", all);
  EXPECT_EQ(heard.status, 429);
  EXPECT_EQ(heard.head.header("retry-after"), "7");
  EXPECT_TRUE(heard.body.contains(R"("reason":"TooManyRequests")")) << heard.body;
  EXPECT_EQ(ask("GET", all).status, 200);
}

TEST_F(CallFaults, ALostReplyWasCarriedOut) {
  rules(R"({"fault": "loseReply", "verbs": ["create"], "on": 1})");
  EXPECT_EQ(ask("POST", all, "{}").status, 0);
  EXPECT_EQ(seen(), std::vector<std::string>{std::string("POST ") + all + " {}"});
  EXPECT_EQ(ask("POST", all, "{}").status, 200);
}

TEST_F(CallFaults, ADuplicateReplyComesTwice) {
  rules(R"({"fault": "duplicateReply"})");
  Line line = connect();
  const Heard first = ask(line, "GET", one);
  const Heard second = hear(line);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(seen().size(), 1U);
}

TEST_F(CallFaults, ASwallowedRequestIsNeverCarriedOutAndASwallowedReplyIs) {
  rules(R"({"fault": "swallow", "on": 1}, {"fault": "swallow", "on": 2, "when": "after"})");
  for (const std::size_t carried_out : {0U, 1U}) {
    Line line = connect();
    line.stream->write(request_text("DELETE", one));
    wait_for(Fault::Swallow, carried_out + 1);
    wait_for_calls(carried_out);
    std::string nothing;
    EXPECT_EQ(line.stream->read(nothing, std::chrono::milliseconds(100)), ReadState::Quiet);
    EXPECT_EQ(seen().size(), carried_out);
  }
}

TEST_F(CallFaults, ADelayedWriteArrivesLateAndOthersDoNot) {
  rules(R"({"fault": "delay", "ms": 300, "verbs": ["write"], "on": 2})");
  const auto time_of = [this] {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(ask("PATCH", one, "{}").status, 200);
    return std::chrono::steady_clock::now() - began;
  };
  time_of();
  EXPECT_GE(time_of(), std::chrono::milliseconds(300));
}

TEST_F(CallFaults, ATruncatedReplyIsCutOrLooksWhole) {
  rules(R"({"fault": "truncate", "bytes": 5, "on": 1}, {"fault": "truncate", "bytes": 5, "clean": true, "on": 2})");
  const Heard cut = ask("GET", one);
  EXPECT_EQ(cut.body, "GET /");
  EXPECT_FALSE(cut.whole);
  const Heard clean = ask("GET", one);
  EXPECT_EQ(clean.body, "GET /");
  EXPECT_TRUE(clean.whole);
}

TEST_F(CallFaults, ASlowBodyTakesItsTime) {
  answer_with([](ServerConnection& connection, const SeenRequest&) { connection.respond(200, std::string(300, 'x')); });
  rules(R"({"fault": "slowBody", "bytes": 1000})");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ask("GET", one).body.size(), 300U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(250));
}

/// A process that only waits for its end.
pid_t sleeper() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  return child;
}

TEST_F(CallFaults, ACrashKillsBeforeOrAfterTheWriteIsCarriedOut) {
  rules(
      R"({"fault": "crash", "verbs": ["write"], "on": 1}, {"fault": "crash", "verbs": ["write"], "on": 2, "when": "after"})");
  for (const std::size_t carried_out : {0U, 1U}) {
    const pid_t child = sleeper();
    std::ofstream(directory().path() / "pid") << child << '\n';
    Line line = connect();
    line.stream->write(request_text("POST", all, "{}"));
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    EXPECT_EQ(seen().size(), carried_out);
  }
}

TEST_F(CallFaults, ChanceIsTheSameForTheSameSeed) {
  const auto rule = parse_rules(R"({"rules": [{"fault": "status", "chance": 0.5}]})");
  ASSERT_TRUE(rule);
  const auto throws = [&](std::uint64_t seed) {
    RuleBook book(seed);
    book.replace(*rule);
    std::string hits;
    for (int i = 0; i < 64; ++i) hits += book.hit(Fault::Status, {"get", "x"}) ? '1' : '0';
    return hits;
  };
  EXPECT_EQ(throws(7), throws(7));
  EXPECT_NE(throws(7), throws(8));
  EXPECT_TRUE(throws(7).contains('1') && throws(7).contains('0'));
}

}  // namespace

}  // namespace staves::test
