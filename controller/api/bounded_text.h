#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace staves::api {

/// The text with every byte that is no part of valid UTF-8 replaced by '?'.
std::string valid_utf8(std::string_view text);

/// How many bytes a valid text takes between the quotes of a JSON string.
std::size_t json_size(std::string_view text);

/// A valid text shortened at its end by at least `json_bytes` of its JSON form, never inside a character; what is left
/// ends in "..." where there is room for that. Empty when it is shorter than that.
std::string cut_end(std::string_view text, std::size_t json_bytes);

/// A valid text shortened at its front by at least `json_bytes` of its JSON form, never inside a character, and up to
/// the next whole line where one is left.
std::string cut_front(std::string_view text, std::size_t json_bytes);

/// Valid UTF-8 whose JSON form has at most `most` bytes: the text, or its beginning and "...".
std::string at_most(std::string_view text, std::size_t most);

}  // namespace staves::api
