#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/toml_value.h"
#include "api/words.h"
#include "base/result.h"

namespace staves::api {

/// Reads values of a TOML document by type and keeps what is wrong. Reading goes on with fallbacks, so that of several
/// problems the one is told that stands first in the document.
class TomlReader {
 public:
  void refuse(TextPosition at, std::string why);
  /// A key that means nothing: tells the nearest of those that would, or all of them.
  void refuse_unknown(const TomlMember& member, std::span<const std::string_view> known);

  /// A string of at most so many characters and without NUL; empty and told when it is none.
  std::string text(const TomlMember& member, std::size_t most_characters);
  /// A string or an integer, as text.
  std::string scalar(const TomlMember& member, std::size_t most_characters);
  bool flag(const TomlMember& member);
  std::string word(const TomlMember& member, const Word& word);
  /// A list of at least one string, each at most so many characters.
  std::vector<std::string> texts(const TomlMember& member, std::size_t most, std::size_t most_characters);
  /// A list of at least one word.
  std::vector<std::string> words(const TomlMember& member, const WordList& list);
  /// Tells it when the value is no table.
  bool is_table(const TomlMember& member, std::string_view wanted);

  /// The first problem: code InvalidSpec, "line 3, column 5: ..."; nothing when there is none.
  std::optional<base::Error> problem() const;

 private:
  std::string checked_text(const std::string& name, const TomlValue& value, std::size_t most_characters);

  struct Complaint {
    TextPosition at;
    std::string why;
  };
  std::optional<Complaint> first_;
};

}  // namespace staves::api
