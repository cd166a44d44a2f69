#pragma once

#include <chrono>
#include <optional>

#include "api/stavesbuilder.h"
#include "decide/observation.h"

namespace staves::decide {

/// Who may build from now on.
struct Admission {
  api::BuildsOfBuilder builds;                        ///< as it is to stand in the status
  std::optional<std::chrono::seconds> look_again_in;  ///< when the length of the queue is worth a write
};

/// Gives free places to the first of the queue. The only place where builds of a builder are admitted: under the lock
/// of the builder's own status, so that nobody who sees the past can give a place twice.
/// `usable`: builds may start. Source: design/0004-the-queue.md.
Admission admit_builds(const BuilderObservation& seen, bool usable);

}  // namespace staves::decide
