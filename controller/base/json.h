#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "nlohmann/json_fwd.hpp"

namespace staves::base {

using Json = nlohmann::json;

/// Limits on what a JSON text may be before a tree is built from it.
struct JsonLimits {
  std::size_t bytes = 16U << 20U;
  int depth = 64;  ///< nlohmann copies and dumps recursively, so depth is stack
};

/// Parses a whole JSON text.
/// Errors: MalformedJson (retry: never), JsonTooLarge (never): more bytes or deeper than the limits. Does not throw.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

/// One line, keys sorted, UTF-8 (invalid bytes replaced): equal values give equal text, so it may be hashed.
std::string to_canonical_json(const Json& value);

/// What turns `from` into `to` as an RFC 7396 merge patch; an empty object when they are equal.
/// Lists are replaced whole.
Json merge_patch_between(const Json& from, const Json& to);

}  // namespace staves::base
