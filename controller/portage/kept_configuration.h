#pragma once

#include "api/plan.h"
#include "base/result.h"
#include "portage/paths.h"

namespace staves::portage {

/// Keeps a copy of the stage3's own /etc/portage, before this build changes it, with what builder and image say in it.
/// How this pod builds (jobs, places, mirrors, credentials) is not in it. Errors: FileUnwritable (retry: never), those
/// of write_file_atomically.
base::Done set_configuration_aside(const Paths& paths, const api::Plan& plan);

/// Puts that copy into the root, over what packages brought. Errors: FileUnwritable (retry: never).
base::Done keep_configuration(const Paths& paths);

}  // namespace staves::portage
