#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace staves::oci {

/// Standard alphabet, padded.
std::string base64_encode(std::string_view bytes);

/// Standard or URL alphabet, with or without padding; nothing when it is neither.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace staves::oci
