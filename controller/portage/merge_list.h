#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staves::portage {

/// One package that emerge is about to merge.
struct PlannedMerge {
  std::string cpv;           ///< "sys-libs/ncurses-6.5_p20250802"
  bool binary = false;       ///< from a binary package
  bool to_root = false;      ///< into the image's root; otherwise into the builder
  std::string repository{};  ///< where its ebuild is; empty when the list does not tell
  friend bool operator==(const PlannedMerge&, const PlannedMerge&) = default;
};

/// Reads a line of the list that `emerge --verbose` shows before it begins: `[ebuild  N     ] cat/pf:slot::repo to
/// /rootfs/ USE=...`. Nothing for any other line, a blocker or an uninstall among them.
std::optional<PlannedMerge> planned_merge(std::string_view line);

/// CPVs that would be compiled once for the builder and once more for the root, in the list's order.
std::vector<std::string> compiled_twice(const std::vector<PlannedMerge>& list);

}  // namespace staves::portage
