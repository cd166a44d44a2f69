#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::oci {

/// Carries a stream from the thread that downloads to the thread that unpacks, with at most `limit` bytes on the way.
class BytePipe {
 public:
  explicit BytePipe(std::size_t limit) : limit_(limit) {}

  /// Waits for room. Errors: PipeClosed (retry: never) when nobody reads any more.
  base::Done put(std::string_view bytes);
  /// Nothing more comes: the stream is whole, or it ended with an error.
  void end(base::Done how);
  /// The next piece, empty at the end. Errors: what `end` was given.
  base::Result<std::string> take();
  /// Nobody reads any more.
  void close();

 private:
  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  std::size_t waiting_bytes_ = 0;
  std::optional<base::Done> end_;
  bool closed_ = false;
};

}  // namespace staves::oci
