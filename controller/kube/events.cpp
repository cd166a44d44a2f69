#include "kube/events.h"

#include <algorithm>
#include <array>

#include "base/log.h"

namespace staves::kube {

namespace {

const ResourceType& event_type() {
  static const ResourceType type{"events.k8s.io", "v1", "events", "Event"};
  return type;
}

/// How often series are looked at when nothing else happens.
constexpr std::chrono::minutes sweep{1};

/// Whether the same write may get through later: a connection, or a server that is not well. What a server or one of
/// its webhooks refuses it refuses again, whatever else it is called, and all others wait meanwhile. Source: client-go,
/// tools/events, which tries no answer again.
bool may_pass(const base::Error& error) {
  constexpr std::array passing{"ConnectFailed",   "ConnectionLost",  "DeadlineExceeded",      "Silent",
                               "TlsFailed",       "ClientThrottled", "CredentialsUnreadable", "MalformedJson",
                               "TooManyRequests", "InternalError",   "ServiceUnavailable",    "Timeout",
                               "UnexpectedStatus"};
  // Only 429 and 5xx come with a delay.
  if (error.retry.what == base::RetryClass::After) return true;
  return error.retry.what == base::RetryClass::Soon && std::ranges::find(passing, error.code) != passing.end();
}

}  // namespace

EventWriter::EventWriter(EventWriterOptions options, Cluster& cluster, std::shared_ptr<const base::Clock> clock,
                         Sleep sleep)
    : options_(std::move(options)),
      cluster_(cluster),
      clock_(std::move(clock)),
      sleep_(std::move(sleep)),
      series_(options_.controller, options_.instance),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

EventWriter::~EventWriter() {
  {
    std::unique_lock lock(mutex_);
    closing_ = true;
    hurry_.request_stop();
    filled_.notify_all();
    emptied_.wait_for(lock, options_.farewell, [this] { return finished_; });
  }
  thread_.request_stop();
}

void EventWriter::record(EventNote note) {
  const std::lock_guard lock(mutex_);
  if (closing_ || waiting_.size() >= options_.limit) {
    ++dropped_;
    return;
  }
  waiting_.push_back(std::move(note));
  filled_.notify_one();
}

EventCounts EventWriter::counts() const {
  return {written_, dropped_, failed_};
}

void EventWriter::run(const std::stop_token& stop) {
  while (auto note = next(stop)) {
    if (!note->reason.empty()) {
      const auto what = series_.observe(*note, clock_->now());
      if (what) write(*what, stop);
    }
    for (const EventWrite& what : series_.due(clock_->now())) write(what, stop);
  }
  const std::lock_guard lock(mutex_);
  dropped_ += waiting_.size();
  waiting_.clear();
  finished_ = true;
  emptied_.notify_all();
}

std::optional<EventNote> EventWriter::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  filled_.wait_for(lock, stop, sweep, [this] { return closing_ || !waiting_.empty(); });
  if (stop.stop_requested() || (closing_ && waiting_.empty())) return std::nullopt;
  if (waiting_.empty()) return EventNote{};
  EventNote note = std::move(waiting_.front());
  waiting_.pop_front();
  return note;
}

void EventWriter::write(const EventWrite& what, const std::stop_token& stop) {
  for (int attempt = 1;; ++attempt) {
    const Done done = send(what, stop);
    if (done) {
      ++written_;
      return;
    }
    const bool in_time = attempt < options_.attempts && !hurry_.stop_requested();
    if (!may_pass(done.error()) || !in_time) {
      ++failed_;
      series_.lost(what.key);
      base::log_warning("an event could not be written",
                        {{"event", to_text(what.key)}, {"code", done.error().code}, {"error", done.error().message}});
      return;
    }
    sleep_(options_.pause, hurry_.get_token());
  }
}

Done EventWriter::send(const EventWrite& what, const std::stop_token& stop) {
  auto sent = what.create ? cluster_.create(event_type(), what.key.name_space, what.body, stop)
                          : cluster_.patch(event_type(), what.key, {PatchType::Merge, what.body, "", true}, stop);
  if (sent) return {};
  // The name is of this one write: an earlier attempt got through although its answer was lost.
  if (what.create && sent.error().code == "AlreadyExists") return {};
  return base::fail(std::move(sent).error());
}

}  // namespace staves::kube
