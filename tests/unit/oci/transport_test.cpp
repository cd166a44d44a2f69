#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oci/http_transport.h"
#include "tests/support/scripted_server.h"

namespace staves::oci {
namespace {

using test::CertificateAuthority;
using test::ScriptedServer;
using test::ServerConnection;

void say_hello(ServerConnection& connection) {
  while (connection.read_request()) connection.respond(200, "hello", "X-Twice: a\r\nx-twice: b\r\n");
}

TransportRequest get(const ScriptedServer& server) {
  TransportRequest request;
  request.url = server.origin() + "/x";
  return request;
}

TEST(HttpTransport, GivesStatusHeadersAndBody) {
  ScriptedServer server(say_hello);
  const auto response = make_http_transport({})->send(get(server), {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->headers.at("x-twice"), "a, b");
}

TEST(HttpTransport, KeepsItsConnection) {
  ScriptedServer server(say_hello);
  const auto transport = make_http_transport({});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(transport->send(get(server), {}));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpTransport, TrustsOnlyKnownRoots) {
  CertificateAuthority authority;
  ScriptedServer server(say_hello, test::ServerTls{authority.issue("x", {"IP:127.0.0.1"}), {}, false});
  const auto stranger = make_http_transport({})->send(get(server), {});
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, "TlsFailed");
  TransportOptions options;
  options.extra_ca_pem = authority.pem();
  EXPECT_TRUE(make_http_transport(options)->send(get(server), {}));
}

TEST(HttpTransport, ChecksTheNameInTheCertificate) {
  CertificateAuthority authority;
  ScriptedServer server(say_hello, test::ServerTls{authority.issue("x", {"DNS:registry.test"}), {}, false});
  TransportOptions options;
  options.extra_ca_pem = authority.pem();
  const auto response = make_http_transport(options)->send(get(server), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "TlsFailed");
}

TEST(HttpTransport, EndsAnExchangeThatStalls) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.wait_for_close();
  });
  TransportOptions options;
  options.stall_timeout = std::chrono::seconds(1);
  const auto response = make_http_transport(options)->send(get(server), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "ConnectionLost");
}

TEST(HttpTransport, EndsAnExchangeThatTakesTooLongAsAWhole) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    while (connection.write_chunk("x")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  TransportOptions options;
  options.total = std::chrono::milliseconds(300);
  const auto response = make_http_transport(options)->send(get(server), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "ConnectionLost");
}

TEST(HttpTransport, StopsInTheMiddleWhenAsked) {
  std::stop_source stop;
  ScriptedServer server([&](ServerConnection& connection) {
    connection.read_request();
    stop.request_stop();
    connection.wait_for_close();
  });
  const auto response = make_http_transport({})->send(get(server), stop.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "Cancelled");
}

TEST(HttpTransport, FollowsNothingByItself) {
  ScriptedServer server([](ServerConnection& connection) {
    while (connection.read_request()) connection.respond(302, "", "Location: /elsewhere\r\n");
  });
  EXPECT_EQ(make_http_transport({})->send(get(server), {})->status, 302);
}

TEST(HttpTransport, SpeaksOnlyHttp) {
  TransportRequest request;
  request.url = "file:///etc/passwd";
  const auto response = make_http_transport({})->send(request, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "InvalidUrl");
}

TEST(HttpTransport, NoticesABodyThatIsCutShort) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
  });
  const auto response = make_http_transport({})->send(get(server), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "ConnectionLost");
}

TEST(HttpTransport, EndsAnAnswerThatNobodyCanWantToKeep) {
  std::atomic<int> written{0};
  ScriptedServer server([&](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    while (written < 64 && connection.write_chunk(std::string(1U << 20U, 'x'))) ++written;
    connection.end_chunks();
  });
  const auto response = make_http_transport({})->send(get(server), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "BodyTooLarge");
  EXPECT_EQ(response.error().message,
            "127.0.0.1:" + std::to_string(server.port()) + ": its answer has more than 4 MiB");
  EXPECT_LT(written, 64) << "nothing of it is read on";
}

}  // namespace
}  // namespace staves::oci
