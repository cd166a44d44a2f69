#pragma once

#include <filesystem>

#include "api/index_plan.h"
#include "api/plan.h"

namespace staves::oci {

/// The plan of this pod.
/// Errors: those of parse_plan; FileNotFound, FileUnreadable (retry: never).
base::Result<api::Plan> read_mounted_plan(const std::filesystem::path& path);

/// The same of the pod of an index.
base::Result<api::IndexPlan> read_mounted_index_plan(const std::filesystem::path& path);

}  // namespace staves::oci
