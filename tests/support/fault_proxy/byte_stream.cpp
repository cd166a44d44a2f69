#include "tests/support/fault_proxy/byte_stream.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace staves::test {

namespace {

constexpr std::chrono::milliseconds tick{50};
constexpr std::chrono::milliseconds greeting{10'000};
constexpr std::chrono::milliseconds write_patience{60'000};

}  // namespace

ByteStream::ByteStream(int socket, std::stop_token stop)
    : socket_(socket), stop_(std::move(stop)), session_(nullptr, SSL_free) {
  const int at_once = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
}

ByteStream::~ByteStream() {
  if (reset_) {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  } else if (session_ && !cut_ && SSL_is_init_finished(session_.get()) == 1) {
    SSL_shutdown(session_.get());
  }
  ::close(socket_);
}

base::Result<std::unique_ptr<ByteStream>> ByteStream::accept(int socket, ssl_ctx_st* tls, std::stop_token stop) {
  std::unique_ptr<ByteStream> stream(new ByteStream(socket, std::move(stop)));
  if (tls != nullptr && !stream->start_tls(tls, true, {})) {
    return base::fail("ConnectionLost", "the TLS greeting failed", base::Retry::soon());
  }
  return stream;
}

base::Result<std::unique_ptr<ByteStream>> ByteStream::connect(const std::string& host, const std::string& port,
                                                              ssl_ctx_st* tls, std::stop_token stop) {
  const auto failed = [&](const std::string& why) {
    return base::fail("ConnectFailed", host + ":" + port + ": " + why, base::Retry::soon());
  };
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return failed("no such host");
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> release(found, ::freeaddrinfo);
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  std::unique_ptr<ByteStream> stream(new ByteStream(socket, std::move(stop)));
  int problem = 0;
  socklen_t length = sizeof problem;
  if (::connect(socket, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) return failed("refused");
  if (!stream->wait(POLLOUT, greeting)) return failed("no answer");
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length);
  if (problem != 0) return failed("refused");
  if (tls != nullptr && !stream->start_tls(tls, false, host)) return failed("the TLS greeting failed");
  return stream;
}

bool ByteStream::start_tls(ssl_ctx_st* tls, bool server, const std::string& name) {
  session_.reset(SSL_new(tls));
  SSL_set_fd(session_.get(), socket_);
  if (!server) SSL_set_tlsext_host_name(session_.get(), name.c_str());
  for (;;) {
    ERR_clear_error();
    const int result = server ? SSL_accept(session_.get()) : SSL_connect(session_.get());
    if (result == 1) return true;
    if (!wait_for_tls(result)) return false;
  }
}

bool ByteStream::wait_for_tls(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait(POLLIN, greeting);
    case SSL_ERROR_WANT_WRITE:
      return wait(POLLOUT, write_patience);
    default:
      return false;
  }
}

bool ByteStream::wait(short events, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd polled{socket_, events, 0};
    const int ready =
        ::poll(&polled, 1, static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), tick).count()));
    if (ready > 0) return true;
    if (left <= std::chrono::milliseconds(0) || stop_.stop_requested()) return false;
  }
}

ReadState ByteStream::read(std::string& into, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::array<char, 16384> buffer{};
  for (;;) {
    if (stop_.stop_requested()) return ReadState::Ended;
    ERR_clear_error();
    const int size = static_cast<int>(buffer.size());
    const long count =
        session_ ? SSL_read(session_.get(), buffer.data(), size) : ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
      return ReadState::Bytes;
    }
    const bool again = session_ ? SSL_get_error(session_.get(), static_cast<int>(count)) == SSL_ERROR_WANT_READ
                                : count < 0 && (errno == EAGAIN || errno == EINTR);
    if (!again) return ReadState::Ended;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds(0) || !wait(POLLIN, left)) {
      return stop_.stop_requested() ? ReadState::Ended : ReadState::Quiet;
    }
  }
}

bool ByteStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (stop_.stop_requested()) return false;
    ERR_clear_error();
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
    const long written = session_ ? SSL_write(session_.get(), bytes.data(), size)
                                  : ::send(socket_, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (session_ ? !wait_for_tls(static_cast<int>(written))
                        : (errno != EAGAIN || !wait(POLLOUT, write_patience))) {
      return false;
    }
  }
  return true;
}

}  // namespace staves::test
