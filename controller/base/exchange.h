#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/http.h"

namespace staves::base {

/// What one response has brought so far: threads of the HTTP library put in, the thread that waits for the response
/// takes out. The body in between is bounded: who puts in more is told to wait.
class Exchange {
 public:
  /// Bytes of a body that wait to be taken before the connection is no longer read.
  static constexpr std::size_t room = 4U << 20U;

  /// Something that is there to be taken.
  struct Arrival {
    std::optional<HttpResponse> head;  ///< without body; comes once, before any bytes
    std::string bytes;
    bool ended = false;  ///< the body is whole
  };

  void put_head(HttpResponse head);
  /// Keeps the bytes and calls `when_room` when more may come: now, or later on the thread that takes.
  void put_bytes(std::string_view bytes, std::function<void()> when_room);
  void put_end();
  void put_error(Error error);

  /// Waits until something is there.
  /// Errors: what was put by put_error (only after all else); DeadlineExceeded (retry: soon); Cancelled (never).
  Result<Arrival> take(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);

  /// Nobody takes any more: lets a producer that waits for room go on, and drops what comes.
  void abandon();

 private:
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::optional<HttpResponse> head_;
  std::string bytes_;
  std::function<void()> when_room_;
  std::optional<Error> error_;
  bool head_taken_ = false;
  bool ended_ = false;
  bool abandoned_ = false;
};

}  // namespace staves::base
