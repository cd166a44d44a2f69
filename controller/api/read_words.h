#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/fields.h"
#include "api/words.h"

namespace staves::api {

/// A member that must be there and be such a word; what is wrong is told to the Problem.
std::string read_word(const Fields& owner, std::string_view name, const Word& word);
/// A member that is such a word, or empty when it is absent.
std::string read_optional_word(const Fields& owner, std::string_view name, const Word& word);
/// A list of such words; of the first that is wrong the Problem learns the place.
std::vector<std::string> read_words(const Fields& owner, std::string_view name, const WordList& list);

}  // namespace staves::api
