#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

namespace staves::portage {

/// Where builds keep account of the cache volume, beside the partitions of binary packages.
/// Source: design/0006-the-builders-job.md, Locks.
struct CachePlaces {
  std::filesystem::path binpkgs;
  std::filesystem::path distfiles;

  std::filesystem::path partition_lock(const std::string& key) const { return binpkgs / ".locks" / key; }
  std::filesystem::path packing_lock(const std::string& key) const { return binpkgs / ".locks" / (key + ".packing"); }
  std::filesystem::path repair_mark(const std::string& key) const { return binpkgs / ".locks" / (key + ".repair"); }
  std::filesystem::path pruning_lock() const { return binpkgs / ".locks/pruning"; }
  std::filesystem::path leases() const { return binpkgs / ".in-use"; }
  std::filesystem::path last_use(const std::string& key) const { return binpkgs / ".used" / key; }
  std::filesystem::path archives_lock() const { return distfiles / ".in-use"; }
};

/// "app-shells/bash-5.2" of "app-shells/bash-5.2-1", a binary package's file. So emerge lists what is not built yet,
/// and packages that were packed of the stage3, which know no build id.
inline std::string without_build_id(const std::string& name) {
  return name.substr(0, name.rfind('-'));
}

/// Whether a directory beside those is a partition: the name of one is a toolchain key.
inline bool is_partition_name(std::string_view name) {
  constexpr std::size_t key_length = 16;
  return name.size() == key_length && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace staves::portage
