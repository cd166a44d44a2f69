#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/origin.h"
#include "base/result.h"
#include "base/tls_setup.h"

namespace staves::base {

/// How long one exchange may take, and who may end it.
struct Patience {
  std::chrono::steady_clock::time_point deadline{};
  std::stop_token stop{};
};

/// One connection to a server, directly or by way of a proxy. All of its work is done on the thread that calls; it has
/// none of its own. After an error it is of no further use. Errors: as base::HttpClient has them.
class Wire {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using Parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;

  /// Where to connect and what to check there.
  struct Route {
    Origin origin;
    std::optional<Origin> proxy{};
    std::shared_ptr<TlsSetup> tls{};
    std::string tls_name{};  ///< asked for in the greeting; empty: an address, which is no name
    bool verify = true;
  };

  explicit Wire(const Route& route);

  /// Nothing was sent when this fails: ConnectFailed, TlsFailed, DeadlineExceeded, Cancelled.
  Done connect(const Patience& patience);
  Done write(const Request& request, const Patience& patience);
  Done read_head(Parser& parser, const Patience& patience);
  /// The next bytes of the body; empty once it is whole.
  Result<std::string> read_body(Parser& parser, const Patience& patience);

 private:
  /// Begins something and calls the handler at its end.
  using Handler = std::function<void(boost::system::error_code)>;
  using Begin = std::function<void(Handler)>;
  /// Works until what was begun has ended. `failed` names the error for what went wrong.
  Done run(const Begin& begin, const Patience& patience, const char* failed);
  Done connect_socket(const Origin& to, const Patience& patience);
  Done open_tunnel(const Patience& patience);
  Done greet(const Patience& patience);
  Done read_some(Parser& parser, const Patience& patience);

  Route route_;
  boost::asio::io_context work_{1};
  boost::asio::ip::tcp::resolver resolver_{work_};
  boost::asio::ip::tcp::socket socket_{work_};
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> secure_;
  boost::beast::flat_buffer unread_;
};

}  // namespace staves::base
