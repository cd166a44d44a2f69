#include "operate/page_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <ctime>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/operate/page_client.h"

namespace staves::operate {
namespace {

std::unique_ptr<PageServer> serve(const std::string& address = "127.0.0.1:0") {
  auto server = PageServer::listen(address, {{"/healthz", [] { return Page{200, "ok\n"}; }},
                                             {"/readyz", [] { return Page{503, "not yet\n"}; }},
                                             {"/metrics", [] { return Page{200, std::string(3U << 20U, 'm')}; }}});
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

TEST(PageServing, GivesThePageOfAPath) {
  const auto server = serve();
  const std::string page = ask(server->port(), "GET /healthz?verbose HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(page.starts_with("HTTP/1.1 200 OK\r\n")) << page;
  EXPECT_TRUE(page.ends_with("\r\n\r\nok\n"));
  EXPECT_TRUE(ask(server->port(), "GET /readyz HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(ask(server->port(), "HEAD /healthz HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST(PageServing, RefusesAllElse) {
  const auto server = serve();
  EXPECT_TRUE(ask(server->port(), "GET /etc/passwd HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(ask(server->port(), "POST /healthz HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(ask(server->port(), "nonsense\r\n\r\n").starts_with("HTTP/1.1 405 "));
}

TEST(PageServing, LargePagesArriveWhole) {
  const auto server = serve();
  EXPECT_GT(ask(server->port(), "GET /metrics HTTP/1.1\r\n\r\n").size(), 3U << 20U);
}

TEST(PageServing, ASilentClientHoldsNobodyUp) {
  const auto server = serve();
  std::vector<base::Descriptor> silent;
  for (int i = 0; i < 20; ++i) silent.push_back(connect_to(server->port()));
  EXPECT_TRUE(ask(server->port(), "GET /healthz HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

/// Leaves the process no file descriptor to spare.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const base::Descriptor lowest_free(::dup(0));
    const rlimit now{static_cast<rlim_t>(lowest_free.number()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
};

TEST(PageServing, RestsWhileItHasNoFileDescriptorAndServesWhoWaitedAfterwards) {
  const auto server = serve();
  const base::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const std::string request = "GET /healthz HTTP/1.1\r\n\r\n";
  pollfd answered{socket.number(), POLLIN, 0};
  {
    const NoMoreFiles limit;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_GT(::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL), 0);
    const std::clock_t before = std::clock();
    EXPECT_EQ(::poll(&answered, 1, 400), 0);
    const double busy = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    EXPECT_LT(busy, 0.1) << "seconds of processor time while nothing could be done";
  }
  ASSERT_EQ(::poll(&answered, 1, 10'000), 1);
  std::array<char, 64> buffer{};
  const ssize_t count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
  ASSERT_GT(count, 0);
  EXPECT_TRUE(std::string_view(buffer.data(), static_cast<std::size_t>(count)).starts_with("HTTP/1.1 200 "));
}

TEST(PageServing, ARequestWithoutEndIsDropped) {
  const auto server = serve();
  const std::string answer = ask(server->port(), "GET /healthz HTTP/1.1\r\nX: " + std::string(9000, 'x'));
  EXPECT_FALSE(answer.starts_with("HTTP/1.1 200 "));
}

TEST(PageServing, KnowsItsAddresses) {
  EXPECT_GT(serve(":0")->port(), 0);
  const auto server = serve();
  EXPECT_EQ(PageServer::listen("127.0.0.1:" + std::to_string(server->port()), {}).error().code, "AddressInUse");
  for (const char* address : {"", "8080", "127.0.0.1:", "host:port:http", "127.0.0.1:http"}) {
    EXPECT_EQ(PageServer::listen(address, {}).error().code, "InvalidAddress") << address;
  }
}

}  // namespace
}  // namespace staves::operate
