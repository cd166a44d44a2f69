#pragma once

#include <filesystem>

#include "api/plan.h"

namespace staves::oci {

/// The plan of this pod.
/// Errors: those of parse_plan; FileNotFound, FileUnreadable (retry: never).
base::Result<api::Plan> read_mounted_plan(const std::filesystem::path& path);

}  // namespace staves::oci
