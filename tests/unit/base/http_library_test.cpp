#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/base/http_fixture.h"

// What design/0009 says of the library below and no other test shows.
namespace staves::base {
namespace {

using namespace std::chrono_literals;

/// Tells whether a file was opened since.
class OpenWatch {
 public:
  explicit OpenWatch(const std::filesystem::path& file) : descriptor_(::inotify_init1(IN_NONBLOCK)) {
    EXPECT_GE(::inotify_add_watch(descriptor_, file.c_str(), IN_OPEN), 0);
  }
  OpenWatch(const OpenWatch&) = delete;
  OpenWatch& operator=(const OpenWatch&) = delete;
  ~OpenWatch() { ::close(descriptor_); }
  bool was_opened() const {
    std::array<char, 4096> events{};
    return ::read(descriptor_, events.data(), events.size()) > 0;
  }

 private:
  int descriptor_;
};

TEST_F(Http, NoConnectionReadsTheBundleOfTheSystem) {
  const test::TemporaryDirectory directory;
  const auto bundle = directory.path() / "bundle.pem";
  const test::CertificateAuthority authority;
  std::ofstream(bundle) << authority.pem();
  ::setenv("SSL_CERT_FILE", bundle.c_str(), 1);
  prepare_http(pool_threads);
  const OpenWatch watch(bundle);
  ScriptedServer server(echo,
                        test::ServerTls{.identity = authority.issue("server", {"IP:127.0.0.1"}), .client_ca_pem = {}});
  ASSERT_TRUE(client_of(server, {.ca_pem = authority.pem()})->send(get(), {}));
  EXPECT_FALSE(watch.was_opened());
  std::ifstream(bundle).get();
  EXPECT_TRUE(watch.was_opened()) << "or it was no test";
}

TEST_F(Http, MoreExchangesWaitThanTheLibraryHasThreadsAndOthersGoOn) {
  ScriptedServer server([](ServerConnection& connection) {
    const auto request = connection.read_request();
    if (request && request->target == "/quick") {
      connection.respond(200, "here");
      return;
    }
    connection.begin_chunks();
    connection.write_chunk("x");
    connection.wait_for_close();
  });
  const auto client = client_of(server);
  constexpr int waiting = 4 * static_cast<int>(pool_threads);
  std::atomic<int> begun = 0;
  std::stop_source stop;
  std::vector<std::jthread> threads;
  for (int i = 0; i < waiting; ++i) {
    threads.emplace_back([&] {
      const auto ended =
          client->stream(get("/slow"), 60s, [&](std::string_view) { return ++begun > 0; }, stop.get_token());
      EXPECT_EQ(ended.error().code, "Cancelled");
    });
  }
  while (begun < waiting) std::this_thread::sleep_for(1ms);
  for (int i = 0; i < 5; ++i) {
    const auto response = client->send(get("/quick"), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "here");
  }
  stop.request_stop();
}

TEST_F(Http, ABodyWithoutALengthEndsWithItsConnectionSoItsReaderHasToTellAWholeOne) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"type\":\"ADDED\"}\n{\"type\":\"MODI");
  });
  std::string body;
  const auto response =
      client_of(server)->stream(get(), 5s, [&](std::string_view bytes) { return !(body += bytes).empty(); }, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(body, "{\"type\":\"ADDED\"}\n{\"type\":\"MODI");
}

/// A client with a connection in its pool, one that an exchange was given up on, and one that is being waited for.
void use_and_end() {
  ScriptedServer server([](ServerConnection& connection) {
    while (const auto request = connection.read_request()) {
      if (request->target == "/quick") connection.respond(200, "");
    }
  });
  const auto client = client_of(server);
  client->send(get("/quick"), {});
  HttpRequest hangs = get("/never");
  hangs.deadline = 20ms;
  client->send(hangs, {});
  std::stop_source stop;
  std::jthread waits([&] { client->send(get("/never"), stop.get_token()); });
  std::this_thread::sleep_for(20ms);
  stop.request_stop();
}

TEST_F(Http, AProcessThatGaveUpExchangesEndsInOrder) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        use_and_end();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace staves::base
