#pragma once

#include <vector>

#include "api/stavesimage.h"
#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::decide {

/// Puts the ended build of `status` at the front of its history, once.
void remember_build(api::StavesImageStatus& status);

/// Drops the oldest builds above spec.history.
void trim_history(std::vector<api::PastBuild>& history, const api::StavesImageSpec& spec);

/// Deletes Jobs that nothing needs: finished ones whose outcome the status that was *seen* has, or had until the
/// history became too long; and running ones of an earlier intent that was replaced before its Job came into view.
std::vector<Delete> delete_spent_jobs(const ImageObservation& seen);

}  // namespace staves::decide
