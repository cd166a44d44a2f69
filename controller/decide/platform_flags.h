#pragma once

#include <string>

#include "api/stavesimage.h"

namespace staves::decide {

/// An image's settings with the flags that make compilers write code for a variant of amd64, after its own: C, C++,
/// Fortran, Rust and Go. As they are for every other platform, where the stage3 decides.
/// Source: design/0010-images-for-several-platforms.md.
api::PortageSettings with_platform_flags(api::PortageSettings settings, const api::Platform& platform);

/// Why they do not fit into the limits of makeConf; empty when they do.
std::string unusable_platform(const api::StavesImageSpec& spec);

}  // namespace staves::decide
