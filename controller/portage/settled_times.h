#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <utility>

#include "base/result.h"

namespace staves::portage {

/// Files of the root whose time comes from their package: the same whether it was compiled in this build or came from
/// the cache.
class PackageTimes {
 public:
  /// Reads the package database; it may be reduced afterwards.
  explicit PackageTimes(const std::filesystem::path& rootfs);

  /// Gives everything else in the root, what the merge itself made (directories, links, accounts, caches), the time
  /// `epoch`. Errors: FileUnwritable (retry: never).
  base::Done settle_others(std::int64_t epoch) const;

 private:
  std::filesystem::path rootfs_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> owned_;  ///< device and inode
};

}  // namespace staves::portage
