#pragma once

#include <string>
#include <vector>

#include "api/stavesbuilder.h"
#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::command {

using Admitted = std::vector<api::AdmittedBuild>;

/// A decision in words: what stands, what would be done in which order, and when it is looked at again.
/// `before`: whom a builder that it is about has admitted already.
std::string explanation(const decide::Decision& decision, const std::string& about, const Admitted& before = {});

}  // namespace staves::command
