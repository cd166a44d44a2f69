#pragma once

#include "base/result.h"

namespace staves::base {

/// The error of waiting for more of a stream: running out of time is the peer's silence, Silent (retry: soon), which
/// tells it from an answer that never began.
inline Error as_silence(Error error) {
  if (error.code != "DeadlineExceeded") return error;
  return {"Silent", "the server said nothing for too long", Retry::soon()};
}

}  // namespace staves::base
