#ifdef __clang__
// clang makes the destructor of each unique_ptr when it is constexpr, as it is in C++23; cpprestsdk has one of a type
// that it does not define.
#include <bits/c++config.h>
#undef _GLIBCXX23_CONSTEXPR
#define _GLIBCXX23_CONSTEXPR  // NOLINT(bugprone-reserved-identifier)
#endif

#include <cpprest/http_client.h>
#include <cpprest/producerconsumerstream.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <boost/asio/ssl.hpp>
#include <cctype>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "base/exchange.h"
#include "base/http.h"
#include "base/log.h"
#include "base/prepared_socket.h"
#include "base/request_checks.h"
#include "base/silence.h"
#include "base/socket_family.h"
#include "base/tls_setup.h"

// The library's own timeouts restart with every byte and its retries repeat what was sent, so neither is used:
// deadlines are kept by the thread that waits, what may not be sent twice gets a connection of its own, and the body of
// any other write can be read only once.
namespace staves::base {

namespace {

using Library = web::http::client::http_client;
using Steady = std::chrono::steady_clock;

/// Longer than any deadline: a timer of the library must never fire before ours.
constexpr std::chrono::seconds library_timeout{24 * 3600};

/// Hands a body on to an Exchange; the library waits while there is no room.
class BodySink final : public concurrency::streams::details::streambuf_state_manager<uint8_t> {
 public:
  using Traits = concurrency::streams::char_traits<uint8_t>;
  using Int = Traits::int_type;
  using Position = Traits::pos_type;
  using Offset = Traits::off_type;

  explicit BodySink(std::shared_ptr<Exchange> exchange)
      : streambuf_state_manager(std::ios_base::out), exchange_(std::move(exchange)) {}

  pplx::task<size_t> _putn(const uint8_t* bytes, size_t count) override {
    const pplx::task_completion_event<size_t> taken;
    exchange_->put_bytes({reinterpret_cast<const char*>(bytes), count}, [taken, count] { taken.set(count); });
    return pplx::create_task(taken);
  }
  pplx::task<Int> _putc(uint8_t byte) override {
    return _putn(&byte, 1).then([byte](size_t) { return static_cast<Int>(byte); });
  }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }

  // Only written to: the rest of the interface says so.
  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(size_t, std::ios_base::openmode) override {}
  size_t in_avail() const override { return 0; }
  Position getpos(std::ios_base::openmode) const override { return static_cast<Position>(Traits::eof()); }
  Position seekpos(Position, std::ios_base::openmode) override { return static_cast<Position>(Traits::eof()); }
  Position seekoff(Offset, std::ios_base::seekdir, std::ios_base::openmode) override {
    return static_cast<Position>(Traits::eof());
  }
  bool acquire(uint8_t*& pointer, size_t& count) override {
    pointer = nullptr;
    count = 0;
    return false;
  }
  void release(uint8_t*, size_t) override {}
  pplx::task<Int> _bumpc() override { return pplx::task_from_result<Int>(Traits::eof()); }
  Int _sbumpc() override { return Traits::eof(); }
  pplx::task<Int> _getc() override { return pplx::task_from_result<Int>(Traits::eof()); }
  Int _sgetc() override { return Traits::eof(); }
  pplx::task<Int> _nextc() override { return pplx::task_from_result<Int>(Traits::eof()); }
  pplx::task<Int> _ungetc() override { return pplx::task_from_result<Int>(Traits::eof()); }
  pplx::task<size_t> _getn(uint8_t*, size_t) override { return pplx::task_from_result<size_t>(0); }
  size_t _scopy(uint8_t*, size_t) override { return 0; }
  uint8_t* _alloc(size_t) override { return nullptr; }
  void _commit(size_t) override {}

 private:
  std::shared_ptr<Exchange> exchange_;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

HttpResponse head_of(const web::http::http_response& response) {
  HttpResponse head;
  head.status = response.status_code();
  for (const auto& [name, value] : response.headers()) head.headers.emplace(lower(name), value);
  return head;
}

/// The library tells what it was doing only by its words; they are those of 2.10, which is its last line of releases.
Error to_error(std::exception_ptr thrown, const TlsSetup* tls) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const web::http::http_exception& failure) {
    const std::string words = failure.what();
    const std::string cause = failure.error_code() ? ": " + failure.error_code().message() : std::string();
    const auto begins = [&](std::string_view with) { return words.starts_with(with); };
    if (begins("Error in SSL handshake")) {
      const std::string refusal = tls == nullptr ? std::string() : tls->last_refusal();
      return {"TlsFailed",
              refusal.empty() ? "TLS with the server failed" + cause : "the server's certificate: " + refusal,
              Retry::soon()};
    }
    const bool not_sent = begins("Error resolving") || begins("Failed to resolve") || begins("Failed to connect") ||
                          words.find("proxy") != std::string::npos;
    return {not_sent ? "ConnectFailed" : "ConnectionLost", words + cause, Retry::soon()};
  } catch (const std::exception& failure) {
    return {"ConnectionLost", failure.what(), Retry::soon()};
  }
}

/// A request that the library works on. Gives it up when it goes away before its end.
class Running {
 public:
  Running(Library& library, web::http::http_request request, std::shared_ptr<TlsSetup> tls)
      : exchange_(std::make_shared<Exchange>()) {
    using Response = web::http::http_response;
    const auto sink = std::make_shared<BodySink>(exchange_);
    request.set_response_stream(concurrency::streams::streambuf<uint8_t>(sink).create_ostream());
    // A task whose failure nobody looks at ends the process: both continuations look.
    const auto finish = [exchange = exchange_, tls](const pplx::task<Response>& whole) {
      try {
        whole.get();
        exchange->put_end();
      } catch (...) {
        exchange->put_error(to_error(std::current_exception(), tls.get()));
      }
    };
    library.request(std::move(request), cancel_.get_token())
        .then([exchange = exchange_, tls, finish](const pplx::task<Response>& begun) {
          try {
            const Response response = begun.get();
            exchange->put_head(head_of(response));
            response.content_ready().then(finish);
          } catch (...) {
            exchange->put_error(to_error(std::current_exception(), tls.get()));
          }
        });
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (ended_) return;
    exchange_->abandon();
    cancel_.cancel();
  }

  Result<Exchange::Arrival> take(Steady::time_point deadline, const std::stop_token& stop) {
    auto arrival = exchange_->take(deadline, stop);
    ended_ = arrival && arrival->ended;
    return arrival;
  }

 private:
  std::shared_ptr<Exchange> exchange_;
  pplx::cancellation_token_source cancel_;
  bool ended_ = false;
};

/// Whether a request whose connection was lost may be sent once more. That a connection from before died before the
/// answer, the library tells by words of its own: those with which it gives up a body that it cannot send again. A
/// server that did not get the whole request has not carried it out.
bool may_be_sent_again(const HttpRequest& request, const Error& lost) {
  if (lost.code != "ConnectionLost") return false;
  return is_reading(request) || lost.message.starts_with("cannot rewind input stream") ||
         lost.message.starts_with("Failed to write request");
}

/// A body that the library cannot rewind, and so cannot send again by itself.
concurrency::streams::istream readable_once(const std::string& body) {
  concurrency::streams::producer_consumer_buffer<uint8_t> buffer;
  buffer.putn_nocopy(reinterpret_cast<const uint8_t*>(body.data()), body.size()).wait();
  buffer.close(std::ios_base::out).wait();
  return buffer.create_istream();
}

/// Where requests go.
struct Origin {
  web::uri uri;
  std::string host_header;  ///< not empty: what the library would get wrong
};

/// The library hands "[::1]" to the resolver, which knows only "::1". Its parser takes that as well as long as a port
/// follows, and then only the Host header has to be put right.
Origin origin_of(const std::string& text) {
  const web::uri uri(text);
  const std::string& host = uri.host();
  if (!host.starts_with('[') || !host.ends_with(']')) return {uri, {}};
  const std::string address = host.substr(1, host.size() - 2);
  const int port = uri.is_port_default() ? (uri.scheme() == "https" ? 443 : 80) : uri.port();
  const std::string authority = ":" + std::to_string(port);
  return {web::uri(uri.scheme() + "://" + address + authority), host + authority};
}

class CpprestClient final : public HttpClient {
 public:
  CpprestClient(HttpClientOptions options, Origin origin, std::shared_ptr<TlsSetup> tls)
      : options_(std::move(options)),
        origin_(std::move(origin)),
        tls_(std::move(tls)),
        family_(origin_.uri.host()),
        shared_(make_library()) {}

  Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
    const auto deadline = Steady::now() + request.deadline;
    if (!request.repeatable && !is_reading(request)) return send_over(*make_library(), request, deadline, stop);
    const auto library = shared();
    auto response = send_over(*library, request, deadline, stop);
    if (response || !may_be_sent_again(request, response.error())) return response;
    // A connection from before may have died unseen, and with it the library's whole pool.
    auto again = send_over(*renewed(library), request, deadline, stop);
    // That the second did not arrive says nothing of the first.
    return !again && again.error().code == "ConnectFailed" ? response : again;
  }

  Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds idle,
                              const std::function<bool(std::string_view)>& on_bytes, std::stop_token stop) override {
    const auto deadline = Steady::now() + request.deadline;
    TRY_ASSIGN(auto to_send, to_library(request));
    const auto library = make_library();
    Running running(*library, std::move(to_send), tls_);
    TRY_ASSIGN(auto first, take_head(running, deadline, stop));
    HttpResponse response = *std::move(first.head);
    if (response.status != web::http::status_codes::OK)
      return collect(running, first, std::move(response), deadline, stop);
    for (Exchange::Arrival arrival = std::move(first);;) {
      if (!arrival.bytes.empty() && !on_bytes(arrival.bytes)) return response;
      if (arrival.ended) return response;
      auto more = running.take(Steady::now() + idle, stop);
      if (!more) return fail(as_silence(std::move(more).error()));
      arrival = *std::move(more);
    }
  }

 private:
  Result<HttpResponse> send_over(Library& library, const HttpRequest& request, Steady::time_point deadline,
                                 const std::stop_token& stop) {
    TRY_ASSIGN(auto to_send, to_library(request));
    Running running(library, std::move(to_send), tls_);
    TRY_ASSIGN(auto first, take_head(running, deadline, stop));
    HttpResponse response = *std::move(first.head);
    return collect(running, first, std::move(response), deadline, stop);
  }

  Result<Exchange::Arrival> take_head(Running& running, Steady::time_point deadline, const std::stop_token& stop) {
    auto first = running.take(deadline, stop);
    if (!first && first.error().code == "ConnectFailed") family_.forget();
    return first;
  }

  /// Takes the rest of a response.
  Result<HttpResponse> collect(Running& running, Exchange::Arrival& arrival, HttpResponse response,
                               Steady::time_point deadline, const std::stop_token& stop) const {
    while (true) {
      if (response.body.size() + arrival.bytes.size() > options_.max_body_bytes) {
        return fail("BodyTooLarge", "the response has more than " + std::to_string(options_.max_body_bytes) + " bytes",
                    Retry::never());
      }
      response.body += arrival.bytes;
      if (arrival.ended) return response;
      TRY_ASSIGN(arrival, running.take(deadline, stop));
    }
  }

  Result<web::http::http_request> to_library(const HttpRequest& request) const {
    const auto invalid = [&](const std::string& why) {
      return fail("InvalidRequest", request.method + " cannot be sent: " + why, Retry::never());
    };
    try {
      web::http::http_request to_send(request.method);
      if (!request.target.starts_with('/')) return invalid("its target has to begin with a slash");
      to_send.set_request_uri(web::uri(request.target));
      if (!is_reading(request) || !request.body.empty()) {
        to_send.set_body(readable_once(request.body), request.body.size());
      }
      for (const auto& [name, value] : request.headers) {
        if (!is_one_line(name) || !is_one_line(value)) return invalid("the header " + name + " has a line break");
        to_send.headers()[name] = value;
      }
      if (!origin_.host_header.empty()) to_send.headers()["Host"] = origin_.host_header;
      // Decides as well which name the library asks for in the TLS greeting.
      if (!options_.tls.server_name.empty()) to_send.headers()["Host"] = options_.tls.server_name;
      return to_send;
    } catch (const std::exception& failure) {
      return invalid(failure.what());
    }
  }

  std::shared_ptr<Library> make_library() const {
    web::http::client::http_client_config config;
    config.set_timeout(library_timeout);
    config.set_max_redirects(0);
    config.set_proxy(options_.proxy.empty() ? web::web_proxy(web::web_proxy::disabled)
                                            : web::web_proxy(web::uri(options_.proxy)));
    // An address is no name that could be asked for in the TLS greeting.
    config.set_tlsext_sni_enabled(origin_.host_header.empty() || !options_.tls.server_name.empty());
    config.set_validate_certificates(options_.tls.verify);
    config.set_ssl_context_callback(
        [tls = tls_](boost::asio::ssl::context& context) { tls->apply(context.native_handle()); });
    // By way of a proxy the handle is now a plain and now a secure one, and nothing tells which.
    if (options_.proxy.empty()) config.set_nativehandle_options(socket_option());
    return std::make_shared<Library>(origin_.uri, config);
  }

  std::function<void(web::http::client::native_handle)> socket_option() const {
    using Socket = boost::asio::ip::tcp::socket;
    using Secure = boost::asio::ssl::stream<Socket&>;
    return [family = family_, secure = origin_.uri.scheme() == "https"](void* handle) mutable {
      Socket& socket = secure ? static_cast<Secure*>(handle)->next_layer() : *static_cast<Socket*>(handle);
      // Called before the library opens the socket, so it is opened here; one that is open leads there already.
      boost::system::error_code not_connected;
      const auto peer = socket.is_open() ? socket.remote_endpoint(not_connected) : boost::asio::ip::tcp::endpoint();
      const auto known = socket.is_open() ? std::nullopt : family.get();
      if (socket.is_open() && !not_connected) family.learn(peer.protocol());
      if (known) socket.open(*known);
      if (socket.is_open()) prepare_socket(socket.native_handle());
    };
  }

  std::shared_ptr<Library> shared() {
    const std::lock_guard lock(mutex_);
    return shared_;
  }

  /// A library client without the pool of the broken one, which another thread may have replaced already.
  std::shared_ptr<Library> renewed(const std::shared_ptr<Library>& broken) {
    const std::lock_guard lock(mutex_);
    if (shared_ == broken) shared_ = make_library();
    return shared_;
  }

  HttpClientOptions options_;
  Origin origin_;
  std::shared_ptr<TlsSetup> tls_;
  SocketFamily family_;
  std::mutex mutex_;
  std::shared_ptr<Library> shared_;
};

}  // namespace

void prepare_http(unsigned threads) {
  ::setenv("SSL_CERT_FILE", "/dev/null", 1);
  ::setenv("SSL_CERT_DIR", "/dev/null", 1);
  try {
    crossplat::threadpool::initialize_with_threads(threads);
  } catch (const std::exception& thrown) {
    // It runs already: the number of its threads is all that is lost.
    log_debug("the threads of the HTTP library are there already", {{"error", thrown.what()}});
  }
}

Result<std::unique_ptr<HttpClient>> make_http_client(HttpClientOptions options) {
  const auto invalid = [&](const std::string& why) {
    return fail("InvalidOrigin", "'" + options.origin + "' " + why, Retry::never());
  };
  try {
    const Origin origin = origin_of(options.origin);
    if (origin.uri.scheme() != "https" && origin.uri.scheme() != "http") return invalid("is not http(s)://host[:port]");
    if (origin.uri.host().empty()) return invalid("has no host");
    TRY_ASSIGN(auto tls, TlsSetup::parse(options.tls, origin.uri.host()));
    return std::make_unique<CpprestClient>(std::move(options), origin, std::move(tls));
  } catch (const std::exception& failure) {
    return invalid(std::string("cannot be used: ") + failure.what());
  }
}

}  // namespace staves::base
