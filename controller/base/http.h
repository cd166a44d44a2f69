#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::base {

/// Header names are lower case in responses.
using HttpHeaders = std::map<std::string, std::string>;

/// One request to the origin that the client was made for.
struct HttpRequest {
  std::string method = "GET";
  std::string target;  ///< path and query, percent-encoded, begins with '/'
  HttpHeaders headers{};
  std::string body{};
  std::chrono::milliseconds deadline{30'000};  ///< of the whole exchange; for a stream: until the head is there
  bool repeatable = false;                     ///< carried out twice it does no harm; GET and HEAD never do
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

/// What the server's certificate is checked against and what the client shows of itself. All are PEM texts.
struct TlsIdentity {
  std::string ca_pem{};           ///< the only roots that are trusted; empty: nothing is trusted
  std::string certificate_pem{};  ///< client certificate chain; may be empty
  std::string private_key_pem{};  ///< its key; may be empty
  std::string server_name{};      ///< checked instead of the host's name when not empty
  bool verify = true;             ///< false only when the user's kubeconfig says so
  friend bool operator==(const TlsIdentity&, const TlsIdentity&) = default;
};

/// HTTP/1.1 to one origin. Thread-safe. Follows no redirect, trusts no certificate of the system. A request that is not
/// repeatable is sent at most once, over a connection of its own; the others over connections from before, and once
/// more when such a one turns out to be dead. A write is sent twice at most, and the second time for no other reason
/// than that or that its first connection broke before it had taken all of it; a GET or HEAD also when a new
/// connection is lost.
///
/// Errors of all calls: ConnectFailed (retry: soon), the request was certainly not sent; ConnectionLost (soon), it may
/// have been carried out; DeadlineExceeded (soon); Cancelled (never), the stop token asked for it; TlsFailed (soon),
/// with the reason; BodyTooLarge (never), above the client's limit; InvalidRequest (never), a target or header that
/// cannot be sent. A status such as 404 is not an error here.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// Sends and waits for the whole response; the body at most `HttpClientOptions::max_body_bytes`.
  virtual Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) = 0;

  /// Sends and hands the body over piece by piece as it arrives, on the calling thread.
  /// `on_bytes` returns false to end the stream. A response whose status is not 200 comes back whole instead.
  /// No byte for `idle` ends it with Silent (retry: soon). A body that is cut short ends it with ConnectionLost.
  virtual Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds idle,
                                      const std::function<bool(std::string_view)>& on_bytes, std::stop_token stop) = 0;
};

struct HttpClientOptions {
  std::string origin{};  ///< "https://host:port"
  TlsIdentity tls{};
  std::string proxy{};  ///< "http://host:port"; empty: none, whatever the environment says
  std::size_t max_body_bytes = 64U << 20U;
};

/// To be called once at the start of main, before there are threads and after the environment was read for others: sets
/// up `threads` threads for the exchanges of the process, and points SSL_CERT_FILE and SSL_CERT_DIR at nothing: every
/// new connection would read the system's bundle, 50 ms of work for roots that nobody trusts.
void prepare_http(unsigned threads);

/// The implementation over cpprestsdk; the only file that knows it is http_cpprest.cpp.
/// Errors: InvalidOrigin (retry: never), InvalidCertificate (never).
Result<std::unique_ptr<HttpClient>> make_http_client(HttpClientOptions options);

}  // namespace staves::base
