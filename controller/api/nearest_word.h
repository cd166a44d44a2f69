#pragma once

#include <span>
#include <string_view>

namespace staves::api {

/// The one of `known` that somebody most likely meant by `word`: the fewest letters inserted, left out, replaced or
/// swapped with their neighbour. Empty when none is near (more than a third of the letters differ).
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

}  // namespace staves::api
