#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::oci {

/// The extended attributes of an open file that belong into an image: security.capability and user.*, except those of
/// overlayfs. Labels of the node (SELinux) and of its file systems would make the same tree two images. Errors:
/// TreeUnreadable (retry: never).
base::Result<std::map<std::string, std::string>> image_attributes(int file, std::string_view path);

/// File capabilities of revision 2 made from revision 3, which names the root of a user namespace that no other node
/// knows. Anything else comes back as it is. Source: linux/capability.h, vfs_ns_cap_data.
std::string without_namespace(std::string capability);

}  // namespace staves::oci
