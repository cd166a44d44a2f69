#pragma once

#include <filesystem>
#include <stop_token>

#include "base/descriptor.h"
#include "base/result.h"

namespace staves::oci {

// Directories on a volume that many pods share: complete or absent, made once. Beside "<place>" lie "<place>.lock" and,
// meanwhile, "<place>.tmp.*".

/// Whether the directory is at its place. Its end is not followed if it is a symbolic link.
bool is_placed(const std::filesystem::path& place);

/// The lock of one place; the kernel frees it when its holder dies. The lock's time of change is set to now: the last
/// use of the place. Errors: FileUnwritable (retry: never); DiskFull (soon); Cancelled (never).
base::Result<base::Descriptor> lock_place(const std::filesystem::path& place, const std::stop_token& stop);

/// Removes what runs that died have left; only for the holder of the lock.
void sweep_unfinished(const std::filesystem::path& place);

/// A directory "<place>.tmp.*" that is removed at the end unless it was kept.
class UnfinishedDirectory {
 public:
  /// Errors: FileUnwritable (never); DiskFull (soon).
  static base::Result<UnfinishedDirectory> make(const std::filesystem::path& place);
  UnfinishedDirectory(UnfinishedDirectory&& other) noexcept;
  UnfinishedDirectory& operator=(UnfinishedDirectory&&) = delete;
  ~UnfinishedDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit UnfinishedDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// Renames a finished directory to its place, so that it outlives a crash of the node.
/// Errors: FileUnwritable (never); DiskFull (soon).
base::Done place_directory(const std::filesystem::path& finished, const std::filesystem::path& place);

}  // namespace staves::oci
