#pragma once

#include <string>
#include <string_view>

#include "api/platform.h"

namespace staves::oci {

/// GOARCH of a machine name as uname gives it: "x86_64" is "amd64". Unknown names stay as they are.
std::string architecture_of(std::string_view machine);

/// Architecture of this machine.
std::string own_architecture();

/// This machine's, of no variant.
api::Platform own_platform();

}  // namespace staves::oci
