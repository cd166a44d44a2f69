#include "oci/byte_pipe.h"

namespace staves::oci {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

Done BytePipe::put(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || waiting_bytes_ < limit_; });
  if (closed_) return fail("PipeClosed", "nobody reads any more", Retry::never());
  pieces_.emplace_back(bytes);
  waiting_bytes_ += bytes.size();
  changed_.notify_all();
  return {};
}

void BytePipe::end(Done how) {
  const std::scoped_lock lock(mutex_);
  end_ = std::move(how);
  changed_.notify_all();
}

Result<std::string> BytePipe::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return end_ || !pieces_.empty(); });
  if (!pieces_.empty()) {
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    waiting_bytes_ -= piece.size();
    changed_.notify_all();
    return piece;
  }
  if (!*end_) return fail(end_->error());
  return std::string();
}

void BytePipe::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace staves::oci
