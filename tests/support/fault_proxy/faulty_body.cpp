#include "tests/support/fault_proxy/faulty_body.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace staves::test {

void pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

void hold_until_client_leaves(Line& client) {
  constexpr std::chrono::milliseconds look{1000};
  std::string ignored;
  while (client.stream->read(ignored, look) != ReadState::Ended) ignored.clear();
}

FaultyBody::FaultyBody(Line& client, bool chunked, BodyFaults faults)
    : client_(client), chunked_(chunked), faults_(std::move(faults)) {}

bool FaultyBody::write(std::string_view piece) {
  const auto limit = [&](const std::optional<Rule>& rule) {
    return rule && rule->bytes ? *rule->bytes : std::uint64_t(-1);
  };
  const std::uint64_t end = std::min(limit(faults_.truncate), limit(faults_.swallow));
  const bool reached = sent_ + piece.size() >= end;
  if (reached) piece = piece.substr(0, end - std::min(end, sent_));
  sent_ += piece.size();
  if (!piece.empty() && !send(piece)) return false;
  if (!reached) return true;
  if (end == limit(faults_.swallow)) {
    hold_until_client_leaves(client_);
  } else if (faults_.truncate->clean) {
    finish();
  } else {
    client_.stream->cut_at_end();
  }
  return false;
}

bool FaultyBody::finish() {
  return !chunked_ || client_.stream->write("0\r\n\r\n");
}

bool FaultyBody::send(std::string_view piece) {
  if (faults_.slow) return send_slowly(piece);
  return chunked_ ? client_.stream->write(chunk_of(piece)) : client_.stream->write(piece);
}

bool FaultyBody::send_slowly(std::string_view piece) {
  constexpr std::uint64_t portions = 20;  // a second
  const std::uint64_t size = std::max<std::uint64_t>(1, faults_.slow->bytes.value_or(1000) / portions);
  while (!piece.empty()) {
    const auto part = piece.substr(0, size);
    if (!client_.stream->write(chunked_ ? chunk_of(part) : std::string(part))) return false;
    piece.remove_prefix(part.size());
    pause(std::chrono::milliseconds(1000 / portions), client_.stream->stop());
  }
  return true;
}

}  // namespace staves::test
