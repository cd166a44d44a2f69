#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::oci {

/// What git and ssh mean by what they wrote. Codes: RepositoryAuthFailed (retry: when the spec changes) with what is
/// wrong: the host's key, ours, the password; RepositoryInvalid (when the spec changes): no such repository or branch;
/// DiskFull (soon); RepositoryUnreachable (soon) for all else, with the last line that they wrote.
base::Error git_failure(const std::string& overlay, const std::vector<std::string>& output);

}  // namespace staves::oci
