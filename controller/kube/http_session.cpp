#include "kube/http_session.h"

#include <random>
#include <utility>

#include "base/log.h"
#include "kube/api_error.h"

namespace staves::kube {

namespace {

constexpr int ok = 200;
constexpr int unauthorized = 401;
constexpr int too_many_requests = 429;
constexpr int first_error = 400;
/// A request that is sent has at least so long for its answer, or half of a shorter deadline: with less it would only
/// fail again, and have cost a turn.
constexpr std::chrono::milliseconds least_time{2'000};

/// How long the server wants us to wait before the same request; nothing when it does not ask for it. A version from
/// the future stays so for as long as the server was set back: the caller has to ask for another one.
std::optional<std::chrono::seconds> wanted_pause(const base::HttpResponse& response, const Error& error) {
  if (response.status != too_many_requests && response.status < 500) return std::nullopt;
  if (error.code == "ResourceVersionTooLarge") return std::nullopt;
  return retry_after(response.headers);
}

std::string header_in(const base::HttpResponse& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

/// A server repeats the Audit-ID that a request came with. What answers in its place may have none.
bool answers_another(const base::HttpRequest& request, const base::HttpResponse& response) {
  const std::string id = header_in(response, "audit-id");
  return !id.empty() && id != request.headers.at("Audit-ID");
}

/// What no other session begins its Audit-IDs with.
std::string random_prefix() {
  std::random_device device;
  return "staves-" + std::to_string(device()) + "-" + std::to_string(device()) + "-";
}

/// Tells by which rules of priority and fairness the server holds us back: its administrator finds them by these UIDs.
void log_throttled(const base::HttpRequest& request, const base::HttpResponse& response,
                   const std::optional<std::chrono::seconds>& pause) {
  base::log_debug("the API server asks for patience",
                  {{"method", request.method},
                   {"path", request.target.substr(0, request.target.find('?'))},
                   {"status", std::to_string(response.status)},
                   {"retry_after_seconds", pause ? std::to_string(pause->count()) : ""},
                   {"flow_schema_uid", header_in(response, "x-kubernetes-pf-flowschema-uid")},
                   {"priority_level_uid", header_in(response, "x-kubernetes-pf-prioritylevel-uid")}});
}

}  // namespace

HttpSession::HttpSession(HttpClusterOptions options, std::string origin)
    : options_(std::move(options)), origin_(std::move(origin)), audit_prefix_(random_prefix()) {
  if (!options_.make_client) options_.make_client = base::make_http_client;
  if (!options_.sleep) options_.sleep = real_sleep();
}

Result<base::HttpResponse> HttpSession::send(base::HttpRequest request, std::stop_token stop) {
  request.deadline = options_.deadline;
  return repeat(
      std::move(request), options_.limiter.get(),
      [&](const Clients& clients, const base::HttpRequest& what) { return clients.calls->send(what, stop); }, stop);
}

Done HttpSession::stream(base::HttpRequest request, std::chrono::milliseconds idle,
                         const std::function<bool(std::string_view)>& on_bytes, std::stop_token stop) {
  request.deadline = options_.deadline;
  TRY(repeat(
      std::move(request), nullptr,
      [&](const Clients& clients, const base::HttpRequest& what) {
        return clients.watches->stream(what, idle, on_bytes, stop);
      },
      stop));
  return {};
}

Result<base::HttpResponse> HttpSession::repeat(base::HttpRequest request, RateLimiter* limiter,
                                               const Exchange& exchange, const std::stop_token& stop) {
  bool refused = false;
  std::chrono::milliseconds paused{0};
  for (int attempt = 1;; ++attempt) {
    if (limiter != nullptr) {
      TRY_ASSIGN(request.deadline, await_turn(*limiter, request.method, stop));
    }
    TRY_ASSIGN(const Clients clients, this->clients(stop));
    if (!clients.access->bearer_token.empty()) {
      request.headers["Authorization"] = "Bearer " + clients.access->bearer_token;
    }
    request.headers["Audit-ID"] = next_audit_id();
    const auto began = std::chrono::steady_clock::now();
    auto response = exchange(clients, request);
    if (response && answers_another(request, *response)) {
      response =
          base::fail("ConnectionLost", "the connection brought the answer to another request", base::Retry::soon());
    }
    tell(request, response, began);
    if (!response) {
      // What is left of a broken connection could spoil the next request.
      if (response.error().code != "Cancelled") discard(clients);
      // The cluster may have a new authority, or no longer know ours.
      if (response.error().code == "TlsFailed") options_.connection.credentials->refused(clients.access);
      return response;
    }
    if (response->status < first_error) return response;
    if (response->status == unauthorized && !refused) {
      refused = true;
      options_.connection.credentials->refused(clients.access);
      continue;
    }
    Error error = error_of_response(*response);
    const auto pause = wanted_pause(*response, error);
    if (pause || response->status == too_many_requests) log_throttled(request, *response, pause);
    const bool patient = pause && attempt < options_.attempts && paused + *pause <= options_.patience;
    if (!patient || !options_.sleep(*pause, stop)) return base::fail(std::move(error));
    paused += *pause;
    if (options_.observer) options_.observer->retried(request.method, response->status);
  }
}

Result<std::chrono::milliseconds> HttpSession::await_turn(RateLimiter& limiter, const std::string& method,
                                                          const std::stop_token& stop) const {
  const auto wait = limiter.take(options_.deadline - std::min(least_time, options_.deadline / 2));
  if (!wait) {
    return base::fail("ClientThrottled",
                      "the client's own limit of requests leaves no turn in time before the deadline",
                      base::Retry::soon());
  }
  if (options_.observer) options_.observer->waited(method, *wait);
  if (wait->count() > 0 && !options_.sleep(*wait, stop)) {
    return base::fail("Cancelled", "told to stop while waiting for a turn", base::Retry::never());
  }
  return options_.deadline - *wait;
}

Result<HttpSession::Clients> HttpSession::clients(const std::stop_token& stop) {
  TRY_ASSIGN(const auto access, options_.connection.credentials->current(stop));
  const std::lock_guard lock(mutex_);
  const bool same_identity =
      clients_.access != nullptr && (clients_.access == access || clients_.access->tls == access->tls);
  if (same_identity && clients_.calls != nullptr) {
    clients_.access = access;
    return clients_;
  }
  auto made = make_clients(access);
  if (made) return clients_ = *std::move(made);
  // Half a file, perhaps, which somebody writes right now.
  options_.connection.credentials->refused(access);
  if (clients_.calls == nullptr) return base::fail(std::move(made).error());
  if (std::exchange(unusable_, access) != access) {
    base::log_warning("new credentials cannot be used, so the old ones stay",
                      {{"code", made.error().code}, {"error", made.error().message}});
  }
  return clients_;
}

Result<HttpSession::Clients> HttpSession::make_clients(const std::shared_ptr<const Access>& access) const {
  TRY_ASSIGN(auto calls, make_client(*access));
  TRY_ASSIGN(auto watches, make_client(*access));
  return Clients{.calls = std::move(calls), .watches = std::move(watches), .access = access};
}

Result<std::shared_ptr<base::HttpClient>> HttpSession::make_client(const Access& access) const {
  base::HttpClientOptions options{.origin = origin_, .tls = access.tls, .proxy = options_.connection.proxy};
  TRY_ASSIGN(auto client, options_.make_client(std::move(options)));
  return std::shared_ptr<base::HttpClient>(std::move(client));
}

std::string HttpSession::next_audit_id() {
  return audit_prefix_ + std::to_string(++requests_);
}

void HttpSession::discard(const Clients& used) {
  const std::lock_guard lock(mutex_);
  if (clients_.calls == used.calls) clients_ = {};
}

void HttpSession::tell(const base::HttpRequest& request, const Result<base::HttpResponse>& response,
                       std::chrono::steady_clock::time_point began) const {
  if (!options_.observer) return;
  const auto took = std::chrono::steady_clock::now() - began;
  // A stream that fell silent had begun well.
  const int status = response ? response->status : response.error().code == "Silent" ? ok : 0;
  options_.observer->requested(request.method, status, std::chrono::duration_cast<std::chrono::milliseconds>(took));
}

}  // namespace staves::kube
