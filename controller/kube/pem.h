#pragma once

#include <string>
#include <string_view>

#include "kube/resource.h"

namespace staves::kube {

/// Errors: InvalidBase64 (retry: never). White space inside is left out.
Result<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

/// Whether a private key belongs to the first certificate of a chain. Both are PEM texts.
bool is_key_of(const std::string& key_pem, const std::string& certificate_pem);

}  // namespace staves::kube
