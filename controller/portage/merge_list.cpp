#include "portage/merge_list.h"

#include <algorithm>

namespace staves::portage {

std::optional<PlannedMerge> planned_merge(std::string_view line) {
  const bool binary = line.starts_with("[binary ");
  if (!binary && !line.starts_with("[ebuild ")) {
    return std::nullopt;
  }
  const auto bracket = line.find(']');
  if (bracket == std::string_view::npos) {
    return std::nullopt;
  }
  const auto begin = line.find_first_not_of(' ', bracket + 1);
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  const auto rest = line.substr(begin);
  const auto name = rest.substr(0, rest.find(' '));
  if (name.find('/') == std::string_view::npos) {
    return std::nullopt;
  }
  const auto repository = name.find("::");
  return PlannedMerge{
      .cpv = std::string(name.substr(0, name.find(':'))),
      .binary = binary,
      .to_root = rest.find(" to /") != std::string_view::npos,
      .repository = repository == std::string_view::npos ? "" : std::string(name.substr(repository + 2))};
}

std::vector<std::string> compiled_twice(const std::vector<PlannedMerge>& list) {
  std::vector<std::string> twice;
  for (const auto& merge : list) {
    const auto for_builder = [&](const PlannedMerge& other) {
      return !other.to_root && !other.binary && other.cpv == merge.cpv;
    };
    if (merge.to_root && !merge.binary && std::ranges::any_of(list, for_builder)) {
      twice.push_back(merge.cpv);
    }
  }
  return twice;
}

}  // namespace staves::portage
