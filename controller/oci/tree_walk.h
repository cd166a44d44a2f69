#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/result.h"

namespace staves::oci {

/// One file below the root of a walk.
struct TreeEntry {
  std::string path;  ///< relative to the root; a directory's ends with '/'
  struct stat status{};
  int file = -1;            ///< open for reading, of a regular file or directory; closed after the visit
  std::string link_target;  ///< of a symbolic link
  std::map<std::string, std::string> xattrs;  ///< security.capability (never bound to a user namespace) and user.*
};

/// Visits everything below `root` in the bytewise order of the paths, directories before what is in them. The root
/// itself is not visited. The tree may be hostile and may change meanwhile: no symbolic link is followed, nothing
/// outside is reached, memory is that of the names of the directories on the way down. Errors: TreeUnreadable (retry:
/// never); TreeInvalid (when the spec changes): nested above 256 levels or a path above 4000 bytes; what a visit gave.
base::Done walk_tree(const std::filesystem::path& root, const std::function<base::Done(const TreeEntry&)>& visit);

}  // namespace staves::oci
