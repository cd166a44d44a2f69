#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include "base/http.h"
#include "gtest/gtest.h"
#include "tests/support/scripted_server.h"

namespace staves::base {

using test::ScriptedServer;
using test::SeenRequest;
using test::ServerConnection;

inline constexpr unsigned pool_threads = 3;

class Http : public testing::Test {
 protected:
  static void SetUpTestSuite() { prepare_http(pool_threads); }
};

inline std::unique_ptr<HttpClient> client_of(HttpClientOptions options) {
  auto client = make_http_client(std::move(options));
  EXPECT_TRUE(client) << client.error().message;
  return client ? *std::move(client) : nullptr;
}

inline std::unique_ptr<HttpClient> client_of(const ScriptedServer& server, TlsIdentity tls = {}) {
  return client_of({.origin = server.origin(), .tls = std::move(tls)});
}

inline HttpRequest get(std::string target = "/") {
  return {.method = "GET", .target = std::move(target)};
}
inline HttpRequest post(std::string body) {
  return {.method = "POST", .target = "/", .body = std::move(body)};
}

/// Answers every request with 200 and its own method and body.
inline void echo(ServerConnection& connection) {
  while (const auto request = connection.read_request()) connection.respond(200, request->method + " " + request->body);
}

/// TCP_NODELAY of the socket of this process that is connected to that port; -1: there is none.
inline int no_delay_of_socket_to(int port) {
  constexpr int most_descriptors = 256;
  for (int descriptor = 0; descriptor < most_descriptors; ++descriptor) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != port) continue;
    int on = 0;
    socklen_t on_size = sizeof on;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, &on_size) == 0) return on;
  }
  return -1;
}

}  // namespace staves::base
