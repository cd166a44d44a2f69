#pragma once

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

}  // namespace staves::base
