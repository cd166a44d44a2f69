#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/process.h"
#include "portage/processors.h"

namespace staves::portage {

/// The environment of every program of Portage: nothing of the container's own except proxies and certificates.
std::map<std::string, std::string> portage_environment();

/// One call of emerge that merges `atoms` into `root` ("/" for the builder itself), from binary packages where they
/// fit, and none of `without_binaries` ("category/name"). It shows its list of packages (see merge_list.h) before it
/// begins.
base::Command emerge_command(const std::string& root, const std::vector<std::string>& atoms, const Parallelism& split,
                             const std::vector<std::string>& without_binaries = {});

}  // namespace staves::portage
