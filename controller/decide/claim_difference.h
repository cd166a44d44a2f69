#pragma once

#include <string>

#include "api/build_job.h"
#include "api/stavesbuilder.h"

namespace staves::decide {

/// In which ways a claim is not what the spec asks for: its StorageClass, size and access mode, as one list of words.
/// Empty: in none. A class that the spec leaves to the cluster, and a claim of the user's own, never differ.
std::string claim_difference(const api::CacheSettings& wanted, const api::VolumeClaim& claim);

}  // namespace staves::decide
