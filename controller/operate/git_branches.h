#pragma once

#include "operate/tag_resolver.h"

namespace staves::operate {

/// Asks servers of overlays for what a branch points to, by HTTP and without credentials. The question's reference is
/// decide::branch_reference. Errors: those of oci::find_branch.
ResolveTag resolve_by_git();

}  // namespace staves::operate
