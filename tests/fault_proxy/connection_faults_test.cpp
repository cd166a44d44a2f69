#include "base/files.h"
#include "tests/fault_proxy/proxy_fixture.h"

namespace staves::test {

namespace {

using ConnectionFaults = FaultProxyTest;

constexpr const char* one = "/api/v1/namespaces/a/configmaps/one";

std::string token_in(const TemporaryDirectory& directory) {
  return base::read_file(directory.path() / "proxy" / "token").value_or("");
}

TEST_F(ConnectionFaults, AnIdleConnectionIsResetAndABusyOneIsNot) {
  rules(R"({"fault": "resetIdle", "ms": 100}, {"fault": "delay", "ms": 300, "on": 1})");
  Line line = connect();
  EXPECT_EQ(ask(line, "GET", one).status, 200);
  std::string nothing;
  EXPECT_EQ(line.stream->read(nothing, patience), ReadState::Ended);
  wait_for(Fault::ResetIdle, 1);
}

TEST_F(ConnectionFaults, TheOldTokenIsRefusedUntilTheFileHasAnother) {
  const std::string old = token_in(directory());
  Line line = connect();
  EXPECT_EQ(ask(line, "GET", one, "", old).status, 200);
  rules(R"({"fault": "unauthorized"})");
  EXPECT_EQ(ask(line, "GET", one, "", old).status, 401);
  EXPECT_EQ(token_in(directory()), old);
  ASSERT_TRUE(proxy().doorway().swap_token());
  EXPECT_NE(token_in(directory()), old);
  EXPECT_EQ(ask(line, "GET", one, "", old).status, 401);
  EXPECT_EQ(ask(line, "GET", one, "", token_in(directory())).status, 200);
}

TEST_F(ConnectionFaults, TheTokenFileChangesByItselfWhenTheRuleSaysSo) {
  const std::string old = token_in(directory());
  rules(R"({"fault": "unauthorized", "ms": 50})");
  const auto until = std::chrono::steady_clock::now() + patience;
  while (token_in(directory()) == old && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_NE(token_in(directory()), old);
}

TEST_F(ConnectionFaults, AnotherAuthorityEndsConnectionsAndTheOldOneIsWrongFromThenOn) {
  const auto old =
      client_context({.ca_pem = base::read_file(directory().path() / "proxy" / "ca.crt").value_or("")}, "127.0.0.1");
  ASSERT_TRUE(old);
  Line line = connect();
  EXPECT_EQ(ask(line, "GET", one).status, 200);
  rules(R"({"fault": "swapCa", "ms": 50})");
  std::string nothing;
  EXPECT_EQ(line.stream->read(nothing, patience), ReadState::Ended);
  rules("");
  EXPECT_FALSE(ByteStream::connect("127.0.0.1", std::to_string(proxy().port()), old->get(), {}));
  EXPECT_EQ(ask("GET", one).status, 200);
}

TEST_F(ConnectionFaults, AServerThatBreaksOffGivesNoHalfAnswer) {
  hang_up_after_answers();
  answer_with([](ServerConnection& connection, const SeenRequest&) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  Line line = connect();
  line.stream->write(request_text("POST", one, "{}"));
  std::string nothing;
  EXPECT_EQ(line.stream->read(nothing, patience), ReadState::Ended);
  EXPECT_EQ(nothing, "");
  EXPECT_EQ(seen().size(), 1U);
}

TEST_F(ConnectionFaults, AServerThatClosesBetweenRequestsIsNoFault) {
  hang_up_after_answers();
  Line line = connect();
  EXPECT_EQ(ask(line, "GET", one).status, 200);
  EXPECT_EQ(ask(line, "PATCH", one, "{}").status, 200);
}

class Steering : public FaultProxyTest {
 protected:
  std::string control(const std::string& method, const std::string& target, const std::string& body = "") {
    const Control control(proxy());
    const std::string origin = control.origin();
    auto stream = ByteStream::connect("127.0.0.1", origin.substr(origin.rfind(':') + 1), nullptr, {});
    EXPECT_TRUE(stream);
    Line line{*std::move(stream)};
    return ask(line, method, target, body).body;
  }
};

TEST_F(Steering, RulesComeAndGoOverTheWire) {
  EXPECT_EQ(control("PUT", "/rules", R"({"rules": [{"fault": "status", "status": 500}]})"), "{}\n");
  EXPECT_EQ(ask("GET", one).status, 500);
  EXPECT_EQ(control("DELETE", "/rules"), "{}\n");
  EXPECT_EQ(ask("PATCH", one, "{}").status, 200);
  EXPECT_EQ(control("GET", "/counters"),
            R"({"calls":{"get configmaps":1,"patch configmaps":1},"connections":2,"faults":{"status":1},"writes":1})"
            "\n");
  EXPECT_EQ(control("GET", "/wait/status/1"), "{}\n");
}

TEST_F(Steering, RulesThatMakeNoSenseAreRefused) {
  for (const char* wrong :
       {R"({"rules": [{"fault": "nonsense"}]})", R"({"rules": [{"fault": "status", "code": 500}]})",
        R"({"rules": [{"fault": "dropWatch"}]})", R"({"rules": [{"fault": "status", "status": "x"}]})", R"({})",
        "no JSON", R"({"rules": [{"fault": "delay", "when": "during"}]})"}) {
    EXPECT_TRUE(control("PUT", "/rules", wrong).contains("code")) << wrong;
  }
}

TEST(Calls, AreNamedAsTheirAuthorisationWouldBe) {
  const auto text = [](const char* method, const char* target) {
    const Call call = read_call(method, target);
    return call.verb + " " + call.resource + " " + call.name_space + " " + call.name;
  };
  EXPECT_EQ(text("GET", "/api/v1/configmaps?limit=5"), "list configmaps  ");
  EXPECT_EQ(text("GET", "/apis/batch/v1/namespaces/a/jobs?watch=true"), "watch jobs a ");
  EXPECT_EQ(text("PATCH", "/apis/staves.dev/v1alpha1/namespaces/a/stavesimages/b/status"),
            "patch stavesimages/status a b");
  EXPECT_EQ(text("GET", "/api/v1/namespaces/a"), "get namespaces  a");
  EXPECT_EQ(text("PUT", "/api/v1/namespaces/a/finalize"), "update namespaces/finalize  a");
  EXPECT_EQ(text("DELETE", "/api/v1/namespaces/a/pods"), "deletecollection pods a ");
  EXPECT_EQ(text("GET", "/version"), "get /version  ");
}

}  // namespace

}  // namespace staves::test
