#pragma once

#include <optional>
#include <string>

#include "portage/failure_text.h"

namespace staves::portage {

/// The binary package, by path or CPV, that ended a call of emerge because it is not what the index says: other bytes
/// (Portage has put it aside then) or no file. Nothing when something else ended it.
std::optional<std::string> damaged_binary(const FailureText& text);

}  // namespace staves::portage
