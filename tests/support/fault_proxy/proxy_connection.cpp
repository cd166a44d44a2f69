#include "tests/support/fault_proxy/proxy_connection.h"

#include <algorithm>

#include "kube/resource.h"
#include "tests/support/fault_proxy/crash.h"
#include "tests/support/fault_proxy/status_reply.h"
#include "tests/support/fault_proxy/watch_relay.h"

namespace staves::test {

namespace {

constexpr std::chrono::milliseconds tick{20};
constexpr std::chrono::milliseconds patience{120'000};

bool has_body(const Head& request, const Head& response) {
  const int status = response.status();
  return request.word(0) != "HEAD" && status >= 200 && status != 204 && status != 304;
}

}  // namespace

ProxyConnection::ProxyConnection(ProxyParts& parts, std::unique_ptr<ByteStream> client)
    : parts_(parts), client_{std::move(client)}, edition_(parts.doorway->edition()) {}

void ProxyConnection::serve() {
  while (const auto request = next_request()) {
    const auto body = read_body(BodyReader(client_, *request, false), patience);
    if (!body || !handle(*request, *body)) return;
  }
}

/// Waits for the next request, and meanwhile looks whether the connection shall go on.
std::optional<Head> ProxyConnection::next_request() {
  const auto idle_since = std::chrono::steady_clock::now();
  while (client_.unread.empty()) {
    if (parts_.doorway->edition() != edition_) return std::nullopt;
    const auto reset = parts_.book.standing(Fault::ResetIdle, {});
    if (reset && std::chrono::steady_clock::now() - idle_since >= reset->time) {
      parts_.book.note(Fault::ResetIdle);
      client_.stream->reset_at_end();
      return std::nullopt;
    }
    if (client_.stream->read(client_.unread, tick) == ReadState::Ended) return std::nullopt;
  }
  return read_head(client_, patience);
}

ProxyConnection::CallFaults ProxyConnection::faults_of(const Call& call) {
  const auto hit = [&](Fault fault) { return parts_.book.hit(fault, call); };
  return {.status = hit(Fault::Status),
          .delay = hit(Fault::Delay),
          .crash = hit(Fault::Crash),
          .swallow = hit(Fault::Swallow),
          .lose = hit(Fault::LoseReply),
          .duplicate = hit(Fault::DuplicateReply),
          .slow = hit(Fault::SlowBody),
          .truncate = hit(Fault::Truncate)};
}

bool ProxyConnection::handle(const Head& request, const std::string& body) {
  std::string target = request.word(1);
  const Call call = read_call(request.word(0), target);
  parts_.counters.count(call);
  if (refuses(call, request)) return client_.stream->write(status_reply(401, "the token is refused"));
  const CallFaults faults = faults_of(call);
  if (faults.delay && faults.delay->when == "before") pause(faults.delay->time, client_.stream->stop());
  if (falls_silent(faults, "before")) return false;
  if (faults.status) {
    return client_.stream->write(status_reply(faults.status->status, "a fault on purpose", faults.status->retry_after));
  }
  if (const auto lag = parts_.book.standing(Fault::Lag, call); lag && call.verb == "list") {
    const std::string asked = query_value(target, "resourceVersion");
    const auto order = kube::compare_resource_versions(asked, lag->resource_version);
    if (order && *order > 0) {
      return client_.stream->write(too_large_version_reply(asked, lag->resource_version));
    }
    if (query_value(target, "continue").empty()) {
      target = with_query_value(target, "resourceVersion", lag->resource_version);
      target = with_query_value(target, "resourceVersionMatch", "Exact");
    }
    parts_.book.note(Fault::Lag);
  }
  return forward(request, target, body, call, faults);
}

bool ProxyConnection::refuses(const Call& call, const Head& request) {
  const auto rule = parts_.book.standing(Fault::Unauthorized, call);
  if (!rule || request.header("Authorization") != "Bearer " + rule->token) return false;
  parts_.book.note(Fault::Unauthorized);
  return true;
}

bool ProxyConnection::falls_silent(const CallFaults& faults, const std::string& when) {
  const bool crashes = faults.crash && faults.crash->when == when;
  const bool swallows = faults.swallow && !faults.swallow->bytes && faults.swallow->when == when;
  if (crashes) kill_process_of(parts_.pid_file);
  if (crashes || swallows) hold_until_client_leaves(client_);
  return crashes || swallows;
}

bool ProxyConnection::forward(const Head& request, const std::string& target, const std::string& body, const Call& call,
                              const CallFaults& faults) {
  const bool reads = !call.writes();
  const auto head = ask_upstream(parts_.upstream.request_text(request, target, body), reads);
  if (!head) return false;
  if (call.streams && head->status() == 200) return relay_stream(*head, call, faults);
  BodyReader reader(*upstream_, *head, true);
  const bool again = !reader.to_the_end();
  const auto answer = has_body(request, *head) ? read_body(reader, patience) : std::string();
  if (!again || !answer) upstream_.reset();
  if (!answer) return false;
  if (falls_silent(faults, "after")) return false;
  if (faults.lose) {
    client_.stream->cut_at_end();
    return false;
  }
  if (faults.delay && faults.delay->when == "after") pause(faults.delay->time, client_.stream->stop());
  return answer_whole(*head, *answer, faults);
}

std::optional<Head> ProxyConnection::ask_upstream(const std::string& request, bool repeatable) {
  // A write that meets a connection which the server has just closed would be a fault that nobody asked for.
  if (!repeatable) upstream_.reset();
  for (;;) {
    const bool fresh = !upstream_;
    if (fresh) {
      auto line = parts_.upstream.connect(client_.stream->stop());
      if (!line) return std::nullopt;
      upstream_ = *std::move(line);
    }
    if (upstream_->stream->write(request)) {
      if (auto head = read_head(*upstream_, patience)) return head;
    }
    upstream_.reset();
    if (fresh) return std::nullopt;
  }
}

bool ProxyConnection::relay_stream(const Head& head, const Call& call, const CallFaults& faults) {
  // Two streams on one connection would have to wait for each other.
  Line upstream = *std::move(upstream_);
  upstream_.reset();
  Head answer = head;
  answer.remove("Content-Length");
  answer.set("Transfer-Encoding", "chunked");
  if (!client_.stream->write(answer.text())) return false;
  FaultyBody body(client_, true, {faults.slow, faults.truncate, faults.swallow});
  WatchRelay relay(parts_.book, *parts_.doorway, call, client_, body);
  return relay.run(BodyReader(upstream, head, true));
}

bool ProxyConnection::answer_whole(Head head, std::string body, const CallFaults& faults) {
  std::optional<Rule> truncate = faults.truncate;
  if (truncate && !truncate->bytes) truncate->bytes = body.size() / 2;
  if (truncate && truncate->clean) {
    body.resize(std::min<std::uint64_t>(body.size(), *truncate->bytes));
    truncate.reset();
  }
  head.remove("Transfer-Encoding");
  head.remove("Connection");
  head.set("Content-Length", std::to_string(body.size()));
  if (!client_.stream->write(head.text())) return false;
  FaultyBody out(client_, false, {faults.slow, truncate, faults.swallow});
  if (!out.write(body)) return false;
  return !faults.duplicate || client_.stream->write(head.text() + body);
}

}  // namespace staves::test
