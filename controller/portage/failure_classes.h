#pragma once

#include <string>
#include <vector>

#include "api/failure.h"

namespace staves::portage {

/// What a failed call of emerge left behind.
struct FailureEvidence {
  std::vector<std::string> output;  ///< lines of emerge, logs of failed packages among them, made plain (plain_text.h)
  int exit_code = 1;
};

/// Why emerge failed: the first rule that matches decides. `message` is Portage's own sentence, `log_tail` the lines
/// before the failure, at most 1,800 bytes. Never fails itself: what no rule knows is Internal.
api::Failure classify(const FailureEvidence& evidence);

}  // namespace staves::portage
