#include "tests/support/fault_proxy/watch_relay.h"

#include <utility>

#include "kube/resource.h"
#include "nlohmann/json.hpp"
#include "tests/support/fault_proxy/status_reply.h"

namespace staves::test {

namespace {

constexpr std::chrono::milliseconds tick{20};

std::string version_in(const std::string& line) {
  const auto event = base::parse_json(line);
  const auto version = nlohmann::json::json_pointer("/object/metadata/resourceVersion");
  const bool has = event && event->contains(version) && event->at(version).is_string();
  return has ? event->at(version).get<std::string>() : std::string();
}

bool is_bookmark(const std::string& line) {
  return line.starts_with(R"({"type":"BOOKMARK")");
}

}  // namespace

WatchRelay::WatchRelay(RuleBook& book, const Doorway& doorway, Call call, Line& client, FaultyBody& body)
    : book_(book),
      doorway_(doorway),
      call_(std::move(call)),
      client_(client),
      body_(body),
      began_(std::chrono::steady_clock::now()),
      edition_(doorway.edition()) {}

bool WatchRelay::run(BodyReader upstream) {
  using State = BodyReader::State;
  State state = State::Quiet;
  while (!must_break()) {
    const Next next = deliver_lines();
    if (next == Next::End) return false;
    if (next == Next::Wait) {
      pause(tick, client_.stream->stop());
      continue;
    }
    if (state == State::Broken) break;
    if (state == State::Whole) return (pending_.empty() || body_.write(pending_)) && body_.finish();
    state = upstream.next(pending_, tick);
  }
  client_.stream->cut_at_end();
  return false;
}

bool WatchRelay::must_break() {
  if (client_.stream->read(client_.unread, {}) == ReadState::Ended || doorway_.edition() != edition_) return true;
  const auto drop = book_.standing(Fault::DropWatch, call_);
  if (!drop || std::chrono::steady_clock::now() - began_ < drop->time) return false;
  book_.note(Fault::DropWatch);
  return true;
}

WatchRelay::Next WatchRelay::deliver_lines() {
  if (book_.standing(Fault::FreezeWatch, call_)) return hold_back(Fault::FreezeWatch);
  while (!pending_.empty()) {
    const auto end = pending_.find('\n');
    if (end == std::string::npos) break;
    const Next next = deliver(pending_.substr(0, end + 1));
    if (next != Next::GoOn) return next;
    pending_.erase(0, end + 1);
  }
  return Next::GoOn;
}

WatchRelay::Next WatchRelay::deliver(const std::string& line) {
  if (is_too_new(line)) return hold_back(Fault::Lag);
  holds_back_ = false;
  if (book_.hit(Fault::ExpireWatch, call_)) {
    if (body_.write(expired_event())) body_.finish();
    return Next::End;
  }
  if (!is_bookmark(line) && book_.hit(Fault::SkipEvent, call_)) return Next::GoOn;
  std::string text = line;
  if (book_.hit(Fault::DuplicateEvent, call_)) text += line;
  return body_.write(text) ? Next::GoOn : Next::End;
}

WatchRelay::Next WatchRelay::hold_back(Fault fault) {
  if (!std::exchange(holds_back_, true)) book_.note(fault);
  return Next::Wait;
}

bool WatchRelay::is_too_new(const std::string& line) const {
  const auto lag = book_.standing(Fault::Lag, call_);
  if (!lag) return false;
  const auto order = kube::compare_resource_versions(version_in(line), lag->resource_version);
  return order && *order > 0;
}

}  // namespace staves::test
