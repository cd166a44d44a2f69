#pragma once

#include <string>

#include "base/result.h"
#include "portage/paths.h"

namespace staves::portage {

/// Lets ssh use the builder's key and known_hosts, if they are mounted: in root's own configuration of the stage3,
/// which no image gets. Live ebuilds come by it. Errors: those of write_file_atomically.
base::Done use_ssh_secret(const Paths& paths);

/// Lines for make.conf by which source archives are fetched with the builder's netrc, if it is mounted; else empty.
/// The file is found by its place: no argument and no variable has what is in it.
std::string netrc_lines(const Paths& paths);

}  // namespace staves::portage
