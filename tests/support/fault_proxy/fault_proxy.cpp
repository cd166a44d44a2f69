#include "tests/support/fault_proxy/fault_proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

namespace staves::test {

namespace {

constexpr std::chrono::milliseconds tick{50};

}  // namespace

FaultProxy::FaultProxy(const FaultProxyOptions& options, Upstream upstream, std::unique_ptr<Doorway> doorway)
    : parts_{RuleBook(options.seed), {}, std::move(doorway), std::move(upstream), options.pid_file} {}

base::Result<std::unique_ptr<FaultProxy>> FaultProxy::start(const FaultProxyOptions& options) {
  // OpenSSL writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  TRY_ASSIGN(auto upstream, Upstream::make(options.server, options.access));
  TRY_ASSIGN(auto doorway, Doorway::make(options.directory, options.address));
  std::unique_ptr<FaultProxy> proxy(new FaultProxy(options, std::move(upstream), std::move(doorway)));
  TRY(proxy->listen(options.address, options.port));
  TRY(proxy->doorway().announce(proxy->port()));
  FaultProxy& self = *proxy;
  self.acceptor_ = std::jthread([&self] { self.accept_all(self.stop_.get_token()); });
  self.timekeeper_ = std::jthread([&self] { self.keep_time(self.stop_.get_token()); });
  return proxy;
}

FaultProxy::~FaultProxy() {
  stop_.request_stop();
  if (acceptor_.joinable()) acceptor_.join();
  if (timekeeper_.joinable()) timekeeper_.join();
  guests_.clear();
  if (listener_ >= 0) ::close(listener_);
}

base::Done FaultProxy::listen(const std::string& address, int port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int reuse = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(port));
  socklen_t length = sizeof place;
  auto* generic = reinterpret_cast<sockaddr*>(&place);
  const bool listens = ::inet_pton(AF_INET, address.c_str(), &place.sin_addr) == 1 &&
                       ::bind(listener_, generic, length) == 0 && ::listen(listener_, 128) == 0;
  if (!listens) return base::fail("AddressInUse", "cannot listen on " + address, base::Retry::never());
  ::getsockname(listener_, generic, &length);
  port_ = ntohs(place.sin_port);
  return {};
}

void FaultProxy::accept_all(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd polled{listener_, POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(tick.count())) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) continue;
    parts_.counters.connected();
    std::erase_if(guests_, [](const Guest& guest) { return guest.gone.load(); });
    Guest& guest = guests_.emplace_back();
    guest.thread = std::jthread([this, socket, &guest] {
      serve(socket);
      guest.gone = true;
    });
  }
}

void FaultProxy::serve(int socket) {
  const TlsContext tls = parts_.doorway->tls();
  auto stream = ByteStream::accept(socket, tls.get(), stop_.get_token());
  if (stream) ProxyConnection(parts_, *std::move(stream)).serve();
}

base::Done FaultProxy::put_rules(std::vector<Rule> rules) {
  for (Rule& rule : rules) {
    if (rule.fault == Fault::Unauthorized) rule.token = parts_.doorway->token();
    if (rule.fault == Fault::Lag && rule.resource_version.empty()) {
      TRY_ASSIGN(rule.resource_version, parts_.upstream.newest_version(stop_.get_token()));
    }
  }
  parts_.book.replace(std::move(rules));
  return {};
}

base::Done FaultProxy::put_rules(std::string_view json) {
  TRY_ASSIGN(auto rules, parse_rules(json));
  return put_rules(std::move(rules));
}

void FaultProxy::keep_time(const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  std::uint64_t edition = 0;
  Clock::time_point since = Clock::now();
  for (; !stop.stop_requested(); pause(tick, stop)) {
    if (edition != parts_.book.edition()) since = Clock::now();
    edition = parts_.book.edition();
    const auto passed = Clock::now() - since;
    const auto refuse = parts_.book.standing(Fault::Unauthorized, {});
    const bool late = refuse && refuse->time.count() > 0 && passed >= refuse->time;
    if (late && parts_.doorway->token() == refuse->token) (void)parts_.doorway->swap_token();
    const auto swap = parts_.book.standing(Fault::SwapCa, {});
    if (!swap || passed < swap->time) continue;
    since = Clock::now();
    parts_.book.note(Fault::SwapCa);
    (void)parts_.doorway->swap_authority();
  }
}

}  // namespace staves::test
