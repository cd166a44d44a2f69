#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/base/http_fixture.h"

// How often a write reaches the server when connections die.
namespace staves::base {
namespace {

using namespace std::chrono_literals;

/// More than one connection from before, so that one after the other could be tried.
constexpr int kept_connections = 3;
/// A connection comes back a moment after its answer, so not each try meets one from before.
constexpr int tries = 50;

HttpRequest write(const std::string& body) {
  HttpRequest request = post(body);
  request.repeatable = true;
  return request;
}

/// A server whose connections die with the writes that they brought.
class MortalServer {
 public:
  /// `answers_on_new`: a write that is the first request of its connection is answered.
  explicit MortalServer(bool answers_on_new) : answers_on_new_(answers_on_new) {}

  const ScriptedServer& server() const { return *server_; }
  /// How often a write with that body arrived.
  int arrivals(const std::string& body) {
    const std::lock_guard lock(mutex_);
    return arrivals_[body];
  }
  /// Waits for a write, and goes away with all connections.
  void go_with_a_write() {
    {
      std::unique_lock lock(mutex_);
      stays_ = false;
      arrived_.wait_for(lock, 20s, [&] { return !arrivals_.empty(); });
    }
    server_.reset();
  }
  /// Leaves connections with the client that were used before: each of these requests has one of its own.
  void use_connections(HttpClient& client) {
    std::vector<std::jthread> readers;
    for (int i = 0; i < kept_connections; ++i) {
      readers.emplace_back([&] { EXPECT_TRUE(client.send(get(), {})); });
    }
    readers.clear();
    std::this_thread::sleep_for(2ms);
  }

 private:
  void serve(ServerConnection& connection) {
    for (bool is_new = true; const auto request = connection.read_request(); is_new = false) {
      if (request->method == "GET") {
        wait_for_others();
      } else if (note(request->body); !is_new || !answers_on_new_) {
        if (goes()) connection.wait_for_close();
        return;
      }
      connection.respond(200, "done");
    }
  }
  void note(const std::string& body) {
    const std::lock_guard lock(mutex_);
    ++arrivals_[body];
    arrived_.notify_all();
  }
  bool goes() {
    const std::lock_guard lock(mutex_);
    return !stays_;
  }
  void wait_for_others() {
    std::unique_lock lock(mutex_);
    const int last = (readers_++ / kept_connections + 1) * kept_connections;
    arrived_.notify_all();
    arrived_.wait_for(lock, 1s, [&] { return readers_ >= last; });
  }

  bool answers_on_new_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::string, int> arrivals_;
  int readers_ = 0;
  bool stays_ = true;
  std::optional<ScriptedServer> server_{std::in_place, [this](ServerConnection& connection) { serve(connection); }};
};

TEST_F(Http, AWriteWhoseConnectionFromBeforeDiesIsSentOnceMore) {
  MortalServer server(true);
  const auto client = client_of(server.server());
  int sent_twice = 0;
  for (int i = 0; i < tries && sent_twice == 0; ++i) {
    server.use_connections(*client);
    const std::string body = "write " + std::to_string(i);
    const auto response = client->send(write(body), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "done");
    sent_twice += server.arrivals(body) == 2 ? 1 : 0;
  }
  EXPECT_EQ(sent_twice, 1);
}

TEST_F(Http, AWriteIsSentTwiceAtMostHoweverManyConnectionsDie) {
  MortalServer server(false);
  const auto client = client_of(server.server());
  int sent_twice = 0;
  for (int i = 0; i < tries && sent_twice == 0; ++i) {
    server.use_connections(*client);
    const std::string body = "write " + std::to_string(i);
    const auto response = client->send(write(body), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "ConnectionLost") << response.error().message;
    ASSERT_LE(server.arrivals(body), 2);
    sent_twice += server.arrivals(body) == 2 ? 1 : 0;
  }
  EXPECT_EQ(sent_twice, 1);
}

TEST_F(Http, AWriteThatMustNotBeSentTwiceIsNotWhateverConnectionsThereAre) {
  MortalServer server(false);
  const auto client = client_of(server.server());
  server.use_connections(*client);
  for (int i = 0; i < tries; ++i) {
    const std::string body = "write " + std::to_string(i);
    const auto response = client->send(post(body), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "ConnectionLost") << response.error().message;
    ASSERT_EQ(server.arrivals(body), 1);
  }
}

TEST_F(Http, AWriteThatIsLostWithANewConnectionIsNotSentAgain) {
  for (const std::string body : {"with a body", ""}) {
    MortalServer server(false);
    const auto response = client_of(server.server())->send(write(body), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "ConnectionLost") << response.error().message;
    EXPECT_EQ(server.arrivals(body), 1);
    EXPECT_EQ(server.server().connections(), 1);
  }
}

TEST_F(Http, WritingGoesOnWhenConnectionsFromBeforeHaveDied) {
  ScriptedServer server([](ServerConnection& connection) {
    if (connection.read_request()) connection.respond(200, "ok");
    // And closes, though the client was told that the connection stays.
  });
  const auto client = client_of(server);
  for (int i = 0; i < 20; ++i) {
    const auto response = client->send(write("{}"), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "ok");
  }
}

TEST_F(Http, AWriteThatArrivedIsNotToldToBeUnsentBecauseTheServerIsGoneBeforeItIsRepeated) {
  MortalServer server(false);
  const auto client = client_of(server.server());
  server.use_connections(*client);
  auto response = std::async(std::launch::async, [&] { return client->send(write("{}"), {}); });
  server.go_with_a_write();
  EXPECT_EQ(response.get().error().code, "ConnectionLost");
}

}  // namespace
}  // namespace staves::base
