#pragma once

#include <string>
#include <string_view>

namespace staves::portage {

/// A line of a log without terminal sequences and control characters. A carriage return keeps what a terminal would
/// show last.
std::string plain_text(std::string_view line);

}  // namespace staves::portage
