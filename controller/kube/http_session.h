#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "kube/http_cluster.h"

namespace staves::kube {

/// Sends requests with the newest credentials: makes new clients when the TLS identity changes or a connection was
/// lost, reads the credentials again after a 401, and waits when the server asks for it. Each request has an Audit-ID
/// of its own, which the server repeats: an answer that came for another one is never taken. Thread-safe.
class HttpSession {
 public:
  /// `origin` is "https://host:port".
  HttpSession(HttpClusterOptions options, std::string origin);

  /// A response below 400, or the Error that it says.
  Result<base::HttpResponse> send(base::HttpRequest request, std::stop_token stop);

  /// As HttpClient::stream, on a client of its own; a status other than 200 is an Error.
  Done stream(base::HttpRequest request, std::chrono::milliseconds idle,
              const std::function<bool(std::string_view)>& on_bytes, std::stop_token stop);

 private:
  struct Clients {
    std::shared_ptr<base::HttpClient> calls;
    std::shared_ptr<base::HttpClient> watches;
    std::shared_ptr<const Access> access;
  };
  using Exchange = std::function<Result<base::HttpResponse>(const Clients&, const base::HttpRequest&)>;

  Result<base::HttpResponse> repeat(base::HttpRequest request, RateLimiter* limiter, const Exchange& exchange,
                                    const std::stop_token& stop);
  /// Waits for a request's turn; gives what is left of its deadline.
  Result<std::chrono::milliseconds> await_turn(RateLimiter& limiter, const std::string& method,
                                               const std::stop_token& stop) const;
  Result<Clients> clients(const std::stop_token& stop);
  Result<Clients> make_clients(const std::shared_ptr<const Access>& access) const;
  Result<std::shared_ptr<base::HttpClient>> make_client(const Access& access) const;
  std::string next_audit_id();
  void discard(const Clients& used);
  void tell(const base::HttpRequest& request, const Result<base::HttpResponse>& response,
            std::chrono::steady_clock::time_point began) const;

  HttpClusterOptions options_;
  std::string origin_;
  const std::string audit_prefix_;
  std::atomic<std::uint64_t> requests_ = 0;
  std::mutex mutex_;
  Clients clients_;
  std::shared_ptr<const Access> unusable_;  ///< that the old clients stayed for
};

}  // namespace staves::kube
