#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "oci/registry.h"

namespace staves::oci {

/// A directory of an image that is to be on a volume.
struct TreeSource {
  Reference image;                    ///< by digest
  std::string inside;                 ///< "var/db/repos/gentoo": what of the image becomes the directory
  std::filesystem::path destination;  ///< "<volume>/<hex>"; beside it lie "<hex>.lock" and, meanwhile, "<hex>.tmp.*"
  std::string architecture;           ///< GOARCH
};

struct FetchedTree {
  bool was_there = false;
  std::uint64_t downloaded_bytes = 0;
};

/// Brings the directory to its place, complete or not at all, whoever else does the same on the same volume at the same
/// time, and removes what runs that died have left. Memory does not grow with the tree. Errors: as Registry,
/// apply_layer and select_platform; TreeAbsent (retry: when the spec changes), nothing is inside the image there.
base::Result<FetchedTree> fetch_tree(Registry& registry, const TreeSource& source, const std::stop_token& stop);

}  // namespace staves::oci
