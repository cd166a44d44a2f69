#pragma once

#include <chrono>

#include "operate/work_key.h"

namespace staves::operate {

/// How a round ended.
enum class RoundResult {
  Success,       ///< and nothing is planned
  RequeueAfter,  ///< it succeeded and looks again later
  Requeue,       ///< it could not decide yet, or somebody else wrote first
  Error,
  Refusal,    ///< an error that trying again soon does not help
  Timeout,    ///< it took longer than a round may, and comes again
  Exception,  ///< something threw: a bug
};

/// Told of every round, on the thread that made it.
class RoundObserver {
 public:
  virtual ~RoundObserver() = default;
  virtual void began(Subject subject) = 0;
  virtual void ended(Subject subject, RoundResult result, std::chrono::nanoseconds took) = 0;
};

}  // namespace staves::operate
