#pragma once

#include "base/result.h"
#include "command/command_line.h"

namespace staves::command {

/// Refuses what the predecessor did for each call and what belongs to an object here, with the place where it is said.
/// Errors: BadInput.
base::Done check_predecessor_options(const Options& options);

}  // namespace staves::command
