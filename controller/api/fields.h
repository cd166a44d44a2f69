#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time_point.h"

namespace staves::api {

/// What was wrong first while a document was read. Reading goes on with fallbacks, so a reader is a plain list of
/// members.
class Problem {
 public:
  /// Keeps "<path> must be <wanted>" unless something was wrong before.
  void must_be(std::string_view path, std::string_view wanted);
  /// Keeps "<path> <what is wrong with it>" unless something was wrong before.
  void refuse(std::string_view path, std::string_view why);
  bool found() const { return !text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Bounds of an integer, both allowed.
struct Range {
  std::int64_t least = 0;
  std::int64_t most = INT64_MAX;
};

/// The members of one JSON object, by type. A member that is absent or null gives the fallback; one of the wrong type
/// gives the fallback as well and is told to the Problem. Refers to the value and the Problem: both must outlive it.
class Fields {
 public:
  Fields(const base::Json& value, std::string path, Problem& problem);

  bool has(std::string_view name) const;
  std::string text(std::string_view name, std::string_view fallback = "") const;
  std::string required_text(std::string_view name) const;
  /// "sha256:<64 hex digits>", or empty.
  std::string digest(std::string_view name) const;
  std::string required_digest(std::string_view name) const;
  std::int64_t number(std::string_view name, std::int64_t fallback = 0, Range range = {}) const;
  /// As number, but must be there.
  std::int64_t required_number(std::string_view name, Range range = {}) const;
  double decimal(std::string_view name) const;
  bool flag(std::string_view name, bool fallback = false) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::map<std::string, std::string> text_map(std::string_view name) const;
  std::optional<base::TimePoint> time(std::string_view name) const;
  /// Compact JSON of an object or a list; empty when it is absent or empty.
  std::string compact_json(std::string_view name) const;
  /// The members of a member; those of an empty object when it is absent.
  Fields object(std::string_view name) const;
  /// The objects of a list.
  std::vector<Fields> objects(std::string_view name) const;
  /// The enumerator whose place in `spellings` the text has.
  template <class Enum, std::size_t count>
  Enum choice(std::string_view name, Enum fallback, const std::array<std::string_view, count>& spellings) const {
    return static_cast<Enum>(place_of(name, static_cast<std::size_t>(fallback), spellings.data(), count));
  }
  /// Tells the Problem about a member.
  void must_be(std::string_view name, std::string_view wanted) const;
  void refuse(std::string_view name, std::string_view why) const;

 private:
  const base::Json* find(std::string_view name) const;
  std::string path_of(std::string_view name) const;
  std::size_t place_of(std::string_view name, std::size_t fallback, const std::string_view* spellings,
                       std::size_t count) const;

  const base::Json* value_;
  std::string path_;
  Problem* problem_;
};

/// The enumerator whose place in `spellings` the name has.
template <class Enum, std::size_t count>
std::optional<Enum> spelled(std::string_view name, const std::array<std::string_view, count>& spellings) {
  for (std::size_t place = 0; place < count; ++place) {
    if (spellings[place] == name) return static_cast<Enum>(place);
  }
  return std::nullopt;
}

}  // namespace staves::api
