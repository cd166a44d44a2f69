#include "operate/page_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

namespace staves::operate {

namespace {

using base::Descriptor;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds pause_of_failing{500};
constexpr std::size_t most_visitors = 64;
constexpr std::size_t most_request_bytes = 8192;

std::string reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string to_response(const Page& page, bool with_body) {
  return "HTTP/1.1 " + std::to_string(page.status) + " " + reason_of(page.status) +
         "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " +
         std::to_string(page.text.size()) + "\r\nConnection: close\r\n\r\n" + (with_body ? page.text : std::string());
}

std::string answer(std::string_view request, const PageServer::Pages& pages) {
  const auto space = request.find(' ');
  const std::string_view method = request.substr(0, space);
  std::string_view target = space == std::string_view::npos ? std::string_view() : request.substr(space + 1);
  target = target.substr(0, target.find_first_of(" ?\r\n"));
  if (method != "GET" && method != "HEAD") return to_response({405, "only GET\n"}, true);
  const auto page = pages.find(std::string(target));
  return to_response(page == pages.end() ? Page{404, "no such page\n"} : page->second(), method == "GET");
}

/// A connection: first its request comes in, then the page goes out.
struct Visitor {
  Descriptor socket;
  Steady::time_point until;
  std::string request;
  std::string response;

  bool is_answered() const { return !response.empty(); }

  /// False: it is done with.
  bool go_on(const PageServer::Pages& pages) {
    if (!is_answered() && !read(pages)) return false;
    if (!is_answered()) return true;
    const ssize_t sent = ::send(socket.number(), response.data(), response.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    response.erase(0, static_cast<std::size_t>(sent));
    return !response.empty();
  }

  bool read(const PageServer::Pages& pages) {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    request.append(buffer.data(), static_cast<std::size_t>(count));
    if (request.size() > most_request_bytes) return false;
    if (request.find("\r\n\r\n") != std::string::npos) response = answer(request, pages);
    return true;
  }
};

bool is_lack_of_means(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

struct Bound {
  Descriptor socket;
  int port = 0;
};

base::Result<Bound> bind_to(const addrinfo& address) {
  Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  const int no = 0;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  // An address of all interfaces serves IPv4 as well.
  if (address.ai_family == AF_INET6) ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  if (!socket.valid() || ::bind(socket.number(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(socket.number(), static_cast<int>(most_visitors)) != 0) {
    return base::fail("AddressInUse", std::strerror(errno), base::Retry::never());
  }
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&bound), &length);
  const int port = bound.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port)
                                               : ntohs(reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  return Bound{std::move(socket), port};
}

base::Result<Bound> bind_to(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    return base::fail("InvalidAddress", ::gai_strerror(error), base::Retry::never());
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
  base::Result<Bound> bound = base::fail("InvalidAddress", "it has no address", base::Retry::never());
  // IPv6 first: for all interfaces it serves both.
  for (const int family : {AF_INET6, AF_INET}) {
    for (const addrinfo* one = found; one != nullptr && !bound; one = one->ai_next) {
      if (one->ai_family == family) bound = bind_to(*one);
    }
  }
  return bound;
}

}  // namespace

base::Result<std::unique_ptr<PageServer>> PageServer::listen(const std::string& address, Pages pages) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon + 1 == address.size()) {
    return base::fail("InvalidAddress", "'" + address + "' is not host:port", base::Retry::never());
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  auto bound = bind_to(host, address.substr(colon + 1));
  if (!bound) return base::fail(std::move(bound).error().within("listening on " + address));
  return std::unique_ptr<PageServer>(new PageServer(std::move(bound->socket), bound->port, std::move(pages)));
}

PageServer::PageServer(Descriptor listener, int port, Pages pages)
    : listener_(std::move(listener)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      port_(port),
      pages_(std::move(pages)),
      thread_([this] { serve(); }) {}

PageServer::~PageServer() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_.number(), &one, sizeof one);
  thread_.join();
}

void PageServer::serve() {
  std::vector<Visitor> visitors;
  Steady::time_point deaf_until{};
  while (true) {
    const bool deaf = Steady::now() < deaf_until;
    const bool welcome = visitors.size() < most_visitors && !deaf;
    std::vector<pollfd> polled{{stop_.number(), POLLIN, 0}, {welcome ? listener_.number() : -1, POLLIN, 0}};
    for (const Visitor& visitor : visitors) {
      polled.push_back({visitor.socket.number(), static_cast<short>(visitor.is_answered() ? POLLOUT : POLLIN), 0});
    }
    const int patient = visitors.empty() ? -1 : 1000;
    ::poll(polled.data(), polled.size(), deaf ? static_cast<int>(pause_of_failing.count()) : patient);
    if (polled[0].revents != 0) return;
    std::size_t place = 2;
    std::erase_if(visitors, [&](Visitor& visitor) {
      const bool ready = polled[place++].revents != 0;
      return Steady::now() > visitor.until || (ready && !visitor.go_on(pages_));
    });
    if (polled[1].revents == 0) continue;
    Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    // Who could not be let in stays at the door, and poll would tell so again at once.
    if (!socket.valid() && is_lack_of_means(errno)) deaf_until = Steady::now() + pause_of_failing;
    if (socket.valid()) visitors.push_back({std::move(socket), Steady::now() + patience, {}, {}});
  }
}

}  // namespace staves::operate
