#include "base/exchange.h"

#include <utility>

namespace staves::base {

void Exchange::put_head(HttpResponse head) {
  const std::lock_guard lock(mutex_);
  head_ = std::move(head);
  arrived_.notify_all();
}

void Exchange::put_bytes(std::string_view bytes, std::function<void()> when_room) {
  {
    const std::lock_guard lock(mutex_);
    if (!abandoned_) bytes_ += bytes;
    arrived_.notify_all();
    if (!abandoned_ && bytes_.size() >= room) {
      when_room_ = std::move(when_room);
      return;
    }
  }
  when_room();
}

void Exchange::put_end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  arrived_.notify_all();
}

void Exchange::put_error(Error error) {
  const std::lock_guard lock(mutex_);
  if (!ended_ && !error_) error_ = std::move(error);
  arrived_.notify_all();
}

Result<Exchange::Arrival> Exchange::take(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
  Arrival arrival;
  std::function<void()> when_room;
  {
    std::unique_lock lock(mutex_);
    // The library tells of head and body on different threads: bytes may be here first.
    const auto is_there = [this] { return head_ || error_ || (head_taken_ && (!bytes_.empty() || ended_)); };
    const bool there = arrived_.wait_until(lock, stop, deadline, is_there);
    if (stop.stop_requested()) return fail("Cancelled", "the request was given up", Retry::never());
    if (!there) return fail("DeadlineExceeded", "the server did not answer in time", Retry::soon());
    const bool body_may_go = head_ || head_taken_;
    if (error_ && !head_ && (bytes_.empty() || !body_may_go)) return fail(*error_);
    head_taken_ = body_may_go;
    arrival.head = std::exchange(head_, std::nullopt);
    arrival.bytes = std::exchange(bytes_, {});
    arrival.ended = ended_;
    when_room = std::exchange(when_room_, nullptr);
  }
  if (when_room) when_room();
  return arrival;
}

void Exchange::abandon() {
  std::function<void()> when_room;
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    bytes_.clear();
    when_room = std::exchange(when_room_, nullptr);
  }
  if (when_room) when_room();
}

}  // namespace staves::base
