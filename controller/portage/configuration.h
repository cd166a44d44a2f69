#pragma once

#include <stop_token>
#include <string>

#include "api/plan.h"
#include "portage/part.h"
#include "portage/paths.h"
#include "portage/processors.h"

namespace staves::portage {

/// Writes everything below /etc/portage that the plan asks for, and chooses where binary packages are kept.
/// Errors: InvalidConfiguration for what Portage cannot read and for a profile that the tree does not have; Internal
/// for an empty tree.
Part<> configure(const Paths& paths, const api::Plan& plan, const Parallelism& split, const std::stop_token& stop);

}  // namespace staves::portage
