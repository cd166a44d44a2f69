#pragma once

#include "operate/tag_resolver.h"

namespace staves::operate {

/// Asks registries as anybody would, without credentials: the operator reads no Secret.
ResolveTag resolve_by_registry();

}  // namespace staves::operate
