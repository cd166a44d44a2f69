#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::api {

/// A place in a text, both counted from 1; columns are Unicode characters.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
  friend auto operator<=>(const TextPosition&, const TextPosition&) = default;
};

/// "line 3, column 5"
std::string to_text(TextPosition at);

struct TomlMember;

/// A value of a TOML document with its place.
struct TomlValue {
  enum class Kind { Text, Integer, Other, List, Table };
  Kind kind = Kind::Table;
  TextPosition at;
  std::optional<bool> flag;         ///< of Other that is true or false
  std::string text;                 ///< of Text; of Integer in decimal digits; of Other what it is ("a date")
  std::vector<TomlValue> items;     ///< of List
  std::vector<TomlMember> members;  ///< of Table, in the order of the document
};

/// A key with its value. `at` is the key's place.
struct TomlMember {
  std::string name;
  TextPosition at;
  TomlValue value;
};

inline constexpr std::size_t most_toml_bytes = 64U << 10U;

/// Reads a TOML 1.0 document; the one place that knows the parser.
/// Limits: 64 KiB, values nested 16 deep, keys nested 16 deep.
/// Errors: InvalidSpec (retry: when the spec changes), "line 3, column 5: ...". Does not throw, whatever the bytes.
base::Result<TomlValue> parse_toml(std::string_view text);

}  // namespace staves::api
