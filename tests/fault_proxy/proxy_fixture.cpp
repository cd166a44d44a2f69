#include "tests/fault_proxy/proxy_fixture.h"

#include "base/files.h"

namespace staves::test {

void FaultProxyTest::SetUp() {
  answer_ = [](ServerConnection& connection, const SeenRequest& request) {
    connection.respond(200, request.method + " " + request.target);
  };
  const ServerTls tls{authority_.issue("api", {"IP:127.0.0.1"}), authority_.pem()};
  server_ = std::make_unique<ScriptedServer>([this](ServerConnection& connection) { serve(connection); }, tls);
  const Identity admin = authority_.issue("admin");
  FaultProxyOptions options;
  options.server = server_->origin();
  options.access.tls.ca_pem = authority_.pem();
  options.access.tls.certificate_pem = admin.certificate_pem;
  options.access.tls.private_key_pem = admin.key_pem;
  options.directory = directory_.path() / "proxy";
  options.pid_file = directory_.path() / "pid";
  auto proxy = FaultProxy::start(options);
  ASSERT_TRUE(proxy) << proxy.error().message;
  proxy_ = *std::move(proxy);
}

void FaultProxyTest::serve(ServerConnection& connection) {
  while (const auto request = connection.read_request()) {
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request->method + " " + request->target + (request->body.empty() ? "" : " ") + request->body);
      answer = answer_;
    }
    answer(connection, *request);
    if (hangs_up_) return;
  }
}

void FaultProxyTest::answer_with(Answer answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

void FaultProxyTest::rules(const std::string& list) {
  const auto put = proxy_->put_rules(R"({"rules": [)" + list + "]}");
  ASSERT_TRUE(put) << put.error().message;
}

std::vector<std::string> FaultProxyTest::seen() {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void FaultProxyTest::wait_for(Fault fault, std::uint64_t count) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (proxy_->book().hits()[std::string(name_of(fault))] < count) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << name_of(fault);
    std::this_thread::yield();
  }
}

void FaultProxyTest::wait_for_calls(std::size_t count) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (seen().size() < count) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << count << " calls";
    std::this_thread::yield();
  }
}

Line FaultProxyTest::connect() {
  const auto ca = base::read_file(directory_.path() / "proxy" / "ca.crt");
  EXPECT_TRUE(ca);
  const auto context = client_context({.ca_pem = ca.value_or("")}, "127.0.0.1");
  EXPECT_TRUE(context);
  auto stream = ByteStream::connect("127.0.0.1", std::to_string(proxy_->port()), context->get(), {});
  EXPECT_TRUE(stream) << stream.error().message;
  return Line{stream ? *std::move(stream) : nullptr};
}

std::string FaultProxyTest::request_text(const std::string& method, const std::string& target, const std::string& body,
                                         const std::string& token) {
  Head head{method + " " + target + " HTTP/1.1", {{"Host", "proxy"}}};
  if (!token.empty()) head.set("Authorization", "Bearer " + token);
  if (!body.empty()) head.set("Content-Length", std::to_string(body.size()));
  return head.text() + body;
}

FaultProxyTest::Heard FaultProxyTest::ask(Line& line, const std::string& method, const std::string& target,
                                          const std::string& body, const std::string& token) {
  if (!line.stream->write(request_text(method, target, body, token))) return {};
  return hear(line);
}

FaultProxyTest::Heard FaultProxyTest::ask(const std::string& method, const std::string& target,
                                          const std::string& body) {
  Line line = connect();
  return ask(line, method, target, body);
}

FaultProxyTest::Heard FaultProxyTest::hear(Line& line) {
  const auto head = read_head(line, patience);
  if (!head) return {};
  Heard heard{.status = head->status(), .head = *head};
  BodyReader reader(line, *head, false);
  for (;;) {
    switch (reader.next(heard.body, patience)) {
      case BodyReader::State::Piece:
        continue;
      case BodyReader::State::Whole:
        heard.whole = true;
        return heard;
      case BodyReader::State::Quiet:
      case BodyReader::State::Broken:
        return heard;
    }
  }
}

std::string event_line(const std::string& type, const std::string& name, const std::string& version) {
  return R"({"type":")" + type + R"(","object":{"kind":"ConfigMap","metadata":{"name":")" + name +
         R"(","resourceVersion":")" + version + "\"}}}\n";
}

}  // namespace staves::test
