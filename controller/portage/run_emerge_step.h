#pragma once

#include <stop_token>

#include "portage/paths.h"

namespace staves::portage {

/// The step `emerge` of a build: from the plan to a root that is ready to become an image. Waits for `sources`, stops
/// when `publish` has failed, leaves its result as the termination message and `done` for `publish`, whatever happens.
/// Gives the exit code of the step. Source: design/0001-the-way-of-a-build.md.
int run_emerge_step(const Paths& paths, std::stop_source stop);

}  // namespace staves::portage
