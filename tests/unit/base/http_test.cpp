#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "gtest/gtest.h"
#include "tests/unit/base/http_fixture.h"

namespace staves::base {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::ptrdiff_t threads_of_this_process() {
  std::ptrdiff_t count = 0;
  DIR* tasks = ::opendir("/proc/self/task");
  while (const dirent* entry = ::readdir(tasks)) count += entry->d_name[0] == '.' ? 0 : 1;
  ::closedir(tasks);
  return count;
}

TEST_F(Http, SendsWhatWasAskedForAndGivesTheWholeAnswer) {
  std::promise<SeenRequest> seen;
  ScriptedServer server([&](ServerConnection& connection) {
    seen.set_value(*connection.read_request());
    connection.respond(418, "short and stout", "X-Teapot: yes\r\n");
  });
  const auto response = client_of(server)->send({.method = "PATCH",
                                                 .target = "/apis/a/b?labelSelector=a%3Db%2Cc&limit=5",
                                                 .headers = {{"Content-Type", "application/merge-patch+json"}},
                                                 .body = "{\"a\":\"ü\"}"},
                                                {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(response->body, "short and stout");
  EXPECT_EQ(response->headers.at("x-teapot"), "yes");
  const SeenRequest request = seen.get_future().get();
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.target, "/apis/a/b?labelSelector=a%3Db%2Cc&limit=5");
  EXPECT_EQ(request.headers.at("content-type"), "application/merge-patch+json");
  EXPECT_EQ(request.body, "{\"a\":\"ü\"}");
}

TEST_F(Http, TheDeadlineHoldsThoughBytesTrickleIn) {
  std::promise<void> over;
  ScriptedServer server([&, done = over.get_future().share()](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    while (done.wait_for(10ms) != std::future_status::ready) connection.write_chunk(".");
  });
  auto request = get();
  request.deadline = 150ms;
  const auto response = client_of(server)->send(request, {});
  over.set_value();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "DeadlineExceeded");
}

TEST_F(Http, AStreamOutlivesTheDeadlineOfItsHeadAndEndsWhenItFallsSilent) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    std::promise<void> never;
    for (const auto start = Clock::now(); Clock::now() - start < 200ms;) {
      connection.write_chunk("x");
      never.get_future().wait_for(10ms);
      never = {};
    }
    connection.write_chunk("last");
    connection.wait_for_close();
  });
  auto request = get();
  request.deadline = 100ms;
  std::string body;
  const auto response =
      client_of(server)->stream(request, 300ms, [&](std::string_view bytes) { return !(body += bytes).empty(); }, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "Silent");
  EXPECT_TRUE(body.ends_with("last"));
}

TEST_F(Http, AStopEndsASilentStreamAtOnce) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    connection.write_chunk("first");
    connection.wait_for_close();
  });
  const auto client = client_of(server);
  std::stop_source stop;
  const auto start = Clock::now();
  const auto response =
      client->stream(get(), 1h, [&](std::string_view) { return stop.request_stop(); }, stop.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "Cancelled");
  EXPECT_LT(Clock::now() - start, 5s);
}

TEST_F(Http, AServerThatNeverAnswersIsGivenUpWithItsClient) {
  ScriptedServer server([](ServerConnection& connection) { connection.wait_for_close(); });
  auto request = get();
  request.deadline = 30ms;
  // The client goes away while the library still has the request: nothing may be left to crash the process.
  EXPECT_EQ(client_of(server)->send(request, {}).error().code, "DeadlineExceeded");
  EXPECT_EQ(client_of(server)->send(request, {}).error().code, "DeadlineExceeded");
}

TEST_F(Http, AReaderThatWantsNoMoreEndsTheStream) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    while (connection.write_chunk(std::string(1000, 'x'))) {
    }
  });
  int calls = 0;
  const auto response = client_of(server)->stream(get(), 5s, [&](std::string_view) { return ++calls < 3; }, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(calls, 3);
}

TEST_F(Http, ABodyThatNobodyReadsIsNotRead) {
  std::promise<std::size_t> blocked;
  ScriptedServer server([&](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    std::size_t sent = 0;
    for (const std::string chunk(64U << 10U, 'x'); connection.writable_within(300ms) && sent < (200U << 20U);) {
      if (!connection.write_chunk(chunk)) break;
      sent += chunk.size();
    }
    blocked.set_value(sent);
  });
  std::size_t sent = 0;
  const auto response = client_of(server)->stream(get(), 20s,
                                                  [&](std::string_view) {
                                                    // Reads nothing more until the server cannot send any more.
                                                    sent = blocked.get_future().get();
                                                    return false;
                                                  },
                                                  {});
  ASSERT_TRUE(response);
  // 4 MiB of ours, two chunks, and what the kernel keeps for both ends.
  EXPECT_LT(sent, 24U << 20U);
}

TEST_F(Http, ASlowReaderGetsEveryByte) {
  constexpr std::size_t size = 20U << 20U;
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    for (std::size_t sent = 0; sent < size; sent += 1U << 20U) connection.write_chunk(std::string(1U << 20U, 'x'));
    connection.end_chunks();
    connection.wait_for_close();
  });
  std::size_t received = 0;
  const auto response = client_of(server)->stream(get(), 5s,
                                                  [&](std::string_view bytes) {
                                                    received += bytes.size();
                                                    // Slow at first: on a busy machine each of these takes long.
                                                    if (received < (1U << 20U)) std::this_thread::yield();
                                                    return true;
                                                  },
                                                  {});
  ASSERT_TRUE(response);
  EXPECT_EQ(received, size);
}

TEST_F(Http, AChangeIsNeverSentTwice) {
  std::atomic<int> changes = 0;
  ScriptedServer server([&](ServerConnection& connection) {
    // The first request of a connection is answered, the next one dies after it was carried out.
    while (const auto request = connection.read_request()) {
      if (request->method == "POST") {
        ++changes;
        return;
      }
      connection.respond(200, "");
    }
  });
  const auto client = client_of(server);
  ASSERT_TRUE(client->send(get(), {}));
  const auto response = client->send(post("{}"), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "ConnectionLost");
  EXPECT_EQ(response.error().retry, Retry::soon());
  EXPECT_EQ(changes, 1);
}

TEST_F(Http, ReadingGoesOnWhenAConnectionFromBeforeHasDied) {
  ScriptedServer server([](ServerConnection& connection) {
    if (connection.read_request()) connection.respond(200, "ok");
    // And closes, though the client was told that the connection stays.
  });
  const auto client = client_of(server);
  for (int i = 0; i < 5; ++i) {
    const auto response = client->send(get(), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "ok");
  }
}

TEST_F(Http, ReadingTriesOnceMoreAndNoMore) {
  ScriptedServer server([](ServerConnection& connection) { connection.read_request(); });
  const auto response = client_of(server)->send(get(), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "ConnectionLost");
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Http, ConnectionsAreUsedAgainForReading) {
  ScriptedServer server(echo);
  const auto client = client_of(server);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client->send(get(), {}));
  // A connection comes back a moment after its answer, so now and then one more is opened.
  EXPECT_LT(server.connections(), 10);
}

TEST_F(Http, NoRedirectIsFollowed) {
  ScriptedServer other(echo);
  ScriptedServer server([&](ServerConnection& connection) {
    connection.read_request();
    connection.respond(307, "over there", "Location: " + other.origin() + "/stolen\r\n");
  });
  auto request = get();
  request.headers["Authorization"] = "Bearer secret";
  const auto response = client_of(server)->send(request, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 307);
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(Http, ABodyThatIsCutShortIsAnError) {
  for (const std::string head :
       {"Content-Length: 100\r\n\r\nhalf a b", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Transfer-Encoding: chunked\r\n\r\nff\r\nhello"}) {
    ScriptedServer server([&](ServerConnection& connection) {
      connection.read_request();
      connection.write("HTTP/1.1 200 OK\r\n" + head);
    });
    const auto client = client_of(server);
    const auto whole = client->send(get(), {});
    ASSERT_FALSE(whole) << head;
    EXPECT_EQ(whole.error().code, "ConnectionLost") << head;
    const auto streamed = client->stream(get(), 5s, [](std::string_view) { return true; }, {});
    ASSERT_FALSE(streamed) << head;
    EXPECT_EQ(streamed.error().code, "ConnectionLost") << head;
  }
}

TEST_F(Http, ABodyAboveTheLimitIsRefused) {
  ScriptedServer server([](ServerConnection& connection) {
    while (connection.read_request()) connection.respond(200, std::string(1001, 'x'));
  });
  EXPECT_TRUE(client_of({.origin = server.origin(), .max_body_bytes = 1001})->send(get(), {}));
  const auto response = client_of({.origin = server.origin(), .max_body_bytes = 1000})->send(get(), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "BodyTooLarge");
}

TEST_F(Http, AStreamThatIsRefusedComesBackWhole) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.respond(410, "{\"reason\":\"Expired\"}");
  });
  bool called = false;
  const auto response = client_of(server)->stream(get(), 5s, [&](std::string_view) { return called = true; }, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 410);
  EXPECT_EQ(response->body, "{\"reason\":\"Expired\"}");
  EXPECT_FALSE(called);
}

TEST_F(Http, APeerThatIsNotThereWasCertainlyNotTold) {
  std::string origin;
  {
    ScriptedServer server(echo);
    origin = server.origin();
  }
  for (const auto& gone : {origin, std::string("http://no-such-host.invalid")}) {
    const auto response = client_of({.origin = gone})->send(post("{}"), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "ConnectFailed") << response.error().message;
  }
}

TEST_F(Http, AnOriginThatCannotBeUsedIsToldBeforehand) {
  for (const auto* origin : {"", "ftp://host", "https://", "not a uri"}) {
    const auto client = make_http_client({.origin = origin});
    ASSERT_FALSE(client) << origin;
    EXPECT_EQ(client.error().code, "InvalidOrigin") << origin;
  }
}

TEST_F(Http, AnIpv6AddressIsAnOriginToo) {
  std::promise<std::string> host;
  ScriptedServer server([&](ServerConnection& connection) {
    host.set_value(connection.read_request()->headers.at("host"));
    connection.respond(200, "");
  });
  const auto response = client_of({.origin = server.origin("[::ffff:127.0.0.1]")})->send(get("/a/b?c=d"), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(host.get_future().get(), "[::ffff:127.0.0.1]:" + std::to_string(server.port()));
}

TEST_F(Http, AHeaderCannotSmuggleAnother) {
  ScriptedServer server(echo);
  auto request = get();
  request.headers["Authorization"] = "Bearer x\r\nX-Evil: yes";
  EXPECT_EQ(client_of(server)->send(request, {}).error().code, "InvalidRequest");
  EXPECT_EQ(client_of(server)->send(get("no-slash"), {}).error().code, "InvalidRequest");
  EXPECT_EQ(client_of(server)->send(get("/a b"), {}).error().code, "InvalidRequest");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Http, AProxyIsAskedInsteadOfTheOrigin) {
  std::promise<std::string> target;
  ScriptedServer proxy([&](ServerConnection& connection) {
    target.set_value(connection.read_request()->target);
    connection.respond(200, "");
  });
  ASSERT_TRUE(client_of({.origin = "http://cluster.invalid", .proxy = proxy.origin()})->send(get("/x"), {}));
  EXPECT_EQ(target.get_future().get(), "http://cluster.invalid/x");
}

TEST_F(Http, TheEnvironmentsProxyIsNotAsked) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ScriptedServer server(echo);
  EXPECT_TRUE(client_of(server)->send(get(), {}));
  ::unsetenv("http_proxy");
}

TEST_F(Http, TheLibraryHasFewThreads) {
  ScriptedServer server(echo);
  const auto client = client_of(server);
  ASSERT_TRUE(client->send(get(), {}));
  // Ours, the pool, the resolver of the library, the acceptor and at most two connections of the server.
  EXPECT_LE(threads_of_this_process(), 1 + static_cast<std::ptrdiff_t>(pool_threads) + 1 + 1 + 2 + 2);
}

TEST_F(Http, TheKernelWatchesOverASilentConnection) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    connection.write_chunk("x");
    connection.wait_for_close();
  });
  std::string line;
  const auto response = client_of(server)->stream(
      get(), 5s,
      [&](std::string_view) {
        std::ifstream table("/proc/net/tcp");
        std::array<char, 16> remote{};
        std::snprintf(remote.data(), remote.size(), "0100007F:%04X", static_cast<unsigned>(server.port()));
        for (std::string local, peer, state, row; std::getline(table, row);) {
          std::istringstream columns(row);
          columns >> line >> local >> peer >> state;
          if (peer == remote.data()) {
            std::string queues;
            columns >> queues >> line;
            break;
          }
        }
        return false;
      },
      {});
  ASSERT_TRUE(response);
  // Timer 02 of the kernel's table is keepalive.
  EXPECT_TRUE(line.starts_with("02:")) << line;
}

TEST_F(Http, ABodyDoesNotWaitUntilItsHeadIsAcknowledged) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.begin_chunks();
    connection.write_chunk("x");
    connection.wait_for_close();
  });
  int no_delay = -1;
  const auto response = client_of(server)->stream(get(), 5s,
                                                  [&](std::string_view) {
                                                    no_delay = no_delay_of_socket_to(server.port());
                                                    return false;
                                                  },
                                                  {});
  ASSERT_TRUE(response);
  EXPECT_EQ(no_delay, 1);
}

}  // namespace
}  // namespace staves::base
