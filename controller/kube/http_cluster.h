#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/http.h"
#include "kube/cluster.h"
#include "kube/credentials.h"
#include "kube/rate_limiter.h"
#include "kube/sleep.h"

namespace staves::kube {

/// Told of every request that was answered or failed, on the thread that sent it.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  /// `status` is 0 when no answer came; a watch is told when it ends.
  virtual void requested(std::string_view method, int status, std::chrono::milliseconds took) = 0;
  /// How long a request had to wait for HttpClusterOptions::limiter; told of each one, also when it had not to.
  virtual void waited(std::string_view method, std::chrono::milliseconds time) = 0;
  /// A request is sent again because an answer with this status asked for it.
  virtual void retried(std::string_view method, int status) = 0;
};

/// Makes a client for one origin; called again when the TLS identity changes.
using MakeHttpClient = std::function<Result<std::unique_ptr<base::HttpClient>>(base::HttpClientOptions)>;

struct HttpClusterOptions {
  Connection connection = {};
  std::string field_manager = {};  ///< of every write; at most 128 characters
  std::string user_agent = {};
  std::chrono::milliseconds deadline{30'000};      ///< of one request; watches have their own
  std::chrono::milliseconds patience{30'000};      ///< together, for pauses that the server asks for
  int attempts = 10;                               ///< of one request, as long as the server asks for them
  bool repeat_writes = true;                       ///< a write that met a dead connection is sent once more
  std::shared_ptr<RateLimiter> limiter = {};       ///< of all requests but watches; may be shared; null: no limit
  MakeHttpClient make_client = {};                 ///< empty: base::make_http_client
  Sleep sleep = {};                                ///< empty: the real one
  std::shared_ptr<RequestObserver> observer = {};  ///< may be null
};

/// The real Cluster, over base::HttpClient. Watches have a client of their own. A request is repeated only when the
/// server asks for it (429 or 5xx with Retry-After), and once after a 401, with credentials that were read again; every
/// repetition asks the limiter anew. The wait for the limiter counts towards the deadline, and leaves time for
/// the answer.
/// Errors: InvalidServer (retry: never), the server's address is not http(s)://host[:port][/path].
Result<std::unique_ptr<Cluster>> make_http_cluster(HttpClusterOptions options);

}  // namespace staves::kube
