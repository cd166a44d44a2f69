#pragma once

#include <chrono>
#include <filesystem>

namespace staves::oci {

/// Nobody who took a tree up needs longer than this until `emerge` holds it.
inline constexpr std::chrono::hours tree_grace{1};

/// Removes the trees beside `kept` that no running build holds and none took up for `grace`, and unfinished ones that
/// runs which died have left. What cannot be removed now is left to the next build. Gives how many trees went.
int collect_trees(const std::filesystem::path& kept, std::chrono::seconds grace = tree_grace);

}  // namespace staves::oci
