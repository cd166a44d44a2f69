#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"

namespace staves::oci {

/// Writes files below one directory by relative paths from a foreign archive. Never follows a symbolic link and never
/// leaves the directory: every component is opened by itself. Errors of all calls: TreeUnsafe (retry: when the spec
/// changes), a path or link that would lead out; DiskFull (soon); FileUnwritable (never).
class SafeDirectory {
 public:
  /// Opens a directory that exists.
  static base::Result<SafeDirectory> open(const std::filesystem::path& path);

  base::Done make_directory(std::string_view path);
  /// Paths are relative and end without a slash.
  /// Makes or replaces a regular file; `fill` writes its content.
  base::Done write_file(std::string_view path, unsigned mode, std::int64_t mtime,
                        const std::function<base::Done(int file)>& fill);
  /// A link whose target stays below the directory.
  base::Done make_symlink(std::string_view path, const std::string& target);
  /// Another name for a file that was written before.
  base::Done make_hard_link(std::string_view path, std::string_view existing);
  /// Removes what is there, with all below it; success when there is nothing.
  base::Done remove(std::string_view path);
  /// Removes what is below a directory; "" is the directory itself.
  base::Done clear(std::string_view path);
  /// Asks the file system to write everything down.
  base::Done sync() const;
  bool empty() const;

 private:
  explicit SafeDirectory(base::Descriptor root) : root_(std::move(root)) {}
  /// The open folder of a path; -1 when it is not there and not to be made.
  base::Result<int> parent_of(std::string_view path, bool make);

  base::Descriptor root_;
  std::string cached_path_;
  base::Descriptor cached_;  ///< the last parent: archives come folder by folder
};

}  // namespace staves::oci
