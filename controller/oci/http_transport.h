#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::oci {

/// A part of an open file that is sent as a body.
struct FileRange {
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Takes a piece of a body; an error ends the transfer and is what the call gives.
using BodySink = std::function<base::Done(std::string_view bytes)>;

/// One exchange with a server.
struct TransportRequest {
  std::string method = "GET";
  std::string url;                             ///< absolute, http or https
  std::map<std::string, std::string> headers;  ///< Content-Length is set by the transport
  std::string body;
  std::optional<FileRange> file;                ///< is the body instead of `body`
  BodySink sink;                                ///< gets the body of a 200 or 206 instead of the response
  std::function<void(int status)> before_sink;  ///< told the status before the first piece
};

struct TransportResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< at most 4 MiB
};

struct TransportOptions {
  std::string extra_ca_pem;  ///< trusted beside the system's roots
  std::string proxy;         ///< "http://host:port"; empty: none, whatever the environment says
  std::string no_proxy;      ///< hosts that are reached without it, as curl's NO_PROXY
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::seconds stall_timeout{60};  ///< below 1 byte/s for so long ends an exchange
  std::chrono::milliseconds total{0};      ///< of a whole exchange, however much it moves; 0: no limit
};

/// The process must ignore SIGPIPE.
/// HTTP to any host: verifies certificates, follows no redirect, sends a request once. Thread-safe.
/// Errors: ConnectFailed (retry: soon), nothing was sent; ConnectionLost (soon), it may have been carried out;
/// TlsFailed (soon), with the reason; BodyTooLarge (never), more than 4 MiB that no sink takes; Cancelled (never), the
/// stop token asked for it; InvalidUrl (never); what a sink gave.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual base::Result<TransportResponse> send(const TransportRequest& request, std::stop_token stop) = 0;
};

/// The implementation over libcurl; only http_transport.cpp knows it.
std::unique_ptr<HttpTransport> make_http_transport(TransportOptions options);

}  // namespace staves::oci
