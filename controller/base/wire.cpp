#include "base/wire.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>

#include "base/prepared_socket.h"

namespace staves::base {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
constexpr std::size_t piece_bytes = 64U << 10U;

using boost::system::error_code;

}  // namespace

Wire::Wire(const Route& route) : route_(route) {
  if (!route_.origin.secure) return;
  route_.tls->apply(context_.native_handle());
  context_.set_verify_mode(route_.verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
}

Done Wire::run(const Begin& begin, const Patience& patience, const char* failed) {
  // Shared with the handler: who gives up does not wait for it.
  const auto ended = std::make_shared<std::optional<error_code>>();
  work_.restart();
  begin([ended](error_code result) { *ended = result; });
  const std::stop_callback wake(patience.stop, [this] { asio::post(work_, [] {}); });
  while (!*ended) {
    const bool worked = work_.run_one_until(patience.deadline) > 0;
    if (patience.stop.stop_requested()) return fail("Cancelled", "the request was given up", Retry::never());
    if (!worked && !*ended) return fail("DeadlineExceeded", "the server did not answer in time", Retry::soon());
  }
  if (!**ended) return {};
  return fail(failed, (*ended)->message(), Retry::soon());
}

Done Wire::connect(const Patience& patience) {
  TRY(connect_socket(route_.proxy ? *route_.proxy : route_.origin, patience));
  prepare_socket(socket_.native_handle());
  if (!route_.origin.secure) return {};
  if (route_.proxy) TRY(open_tunnel(patience));
  return greet(patience);
}

Done Wire::connect_socket(const Origin& to, const Patience& patience) {
  const auto found = std::make_shared<asio::ip::tcp::resolver::results_type>();
  auto resolved = run(
      [&](const Handler& done) {
        resolver_.async_resolve(to.host, to.port, [found, done](error_code failed, auto results) {
          *found = std::move(results);
          done(failed);
        });
      },
      patience, "ConnectFailed");
  if (!resolved) return fail(std::move(resolved).error().within("looking up " + to.host));
  auto connected = run(
      [&](const Handler& done) {
        asio::async_connect(socket_, *found, [found, done](error_code failed, const auto&) { done(failed); });
      },
      patience, "ConnectFailed");
  if (!connected) return fail(std::move(connected).error().within("connecting to " + to.authority()));
  return {};
}

Done Wire::open_tunnel(const Patience& patience) {
  const auto request =
      std::make_shared<http::request<http::empty_body>>(http::verb::connect, route_.origin.authority(), 11);
  request->set(http::field::host, route_.origin.authority());
  TRY(run(
      [&](const Handler& done) {
        http::async_write(socket_, *request, [request, done](error_code failed, std::size_t) { done(failed); });
      },
      patience, "ConnectFailed"));
  const auto answer = std::make_shared<http::response_parser<http::empty_body>>();
  answer->skip(true);
  TRY(run(
      [&](const Handler& done) {
        http::async_read_header(socket_, unread_, *answer,
                                [answer, done](error_code failed, std::size_t) { done(failed); });
      },
      patience, "ConnectFailed"));
  if (answer->get().result() == http::status::ok) return {};
  return fail("ConnectFailed", "the proxy answered " + std::to_string(answer->get().result_int()), Retry::soon());
}

Done Wire::greet(const Patience& patience) {
  secure_.emplace(socket_, context_);
  if (!route_.tls_name.empty()) SSL_set_tlsext_host_name(secure_->native_handle(), route_.tls_name.c_str());
  auto greeted = run([&](const Handler& done) { secure_->async_handshake(asio::ssl::stream_base::client, done); },
                     patience, "TlsFailed");
  if (greeted || greeted.error().code != "TlsFailed") return greeted;
  const std::string refusal = route_.tls->last_refusal();
  return fail("TlsFailed",
              refusal.empty() ? "TLS with the server failed: " + greeted.error().message
                              : "the server's certificate: " + refusal,
              Retry::soon());
}

Done Wire::write(const Request& request, const Patience& patience) {
  return run(
      [&](const Handler& done) {
        const auto written = [done](error_code failed, std::size_t) { done(failed); };
        if (secure_) return http::async_write(*secure_, request, written);
        return http::async_write(socket_, request, written);
      },
      patience, "ConnectionLost");
}

Done Wire::read_head(Parser& parser, const Patience& patience) {
  return run(
      [&](const Handler& done) {
        const auto read = [done](error_code failed, std::size_t) { done(failed); };
        if (secure_) return http::async_read_header(*secure_, unread_, parser, read);
        return http::async_read_header(socket_, unread_, parser, read);
      },
      patience, "ConnectionLost");
}

Done Wire::read_some(Parser& parser, const Patience& patience) {
  return run(
      [&](const Handler& done) {
        // A full buffer is no failure: its bytes are handed on, and the next call goes on.
        const auto read = [done](error_code failed, std::size_t) {
          done(failed == http::error::need_buffer ? error_code() : failed);
        };
        if (secure_) return http::async_read_some(*secure_, unread_, parser, read);
        return http::async_read_some(socket_, unread_, parser, read);
      },
      patience, "ConnectionLost");
}

Result<std::string> Wire::read_body(Parser& parser, const Patience& patience) {
  std::string bytes(piece_bytes, '\0');
  auto& body = parser.get().body();
  body.data = bytes.data();
  body.size = bytes.size();
  while (!parser.is_done() && body.size == bytes.size()) TRY(read_some(parser, patience));
  bytes.resize(bytes.size() - body.size);
  return bytes;
}

}  // namespace staves::base
