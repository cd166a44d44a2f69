#pragma once

#include <string>
#include <string_view>

#include "api/fields.h"
#include "base/result.h"

namespace staves::api {

/// What `read` makes of a JSON document that other parts of ours have written.
/// Errors: `code` (retry: never), with the path of the field that is wrong, or why it is no such JSON.
template <class T>
base::Result<T> parse_document(std::string_view text, const base::JsonLimits& limits, const std::string& code,
                               T (*read)(const Fields&)) {
  const auto document = base::parse_json(text, limits);
  if (!document) return base::fail(code, document.error().message, base::Retry::never());
  Problem problem;
  T value = read(Fields(*document, "", problem));
  if (problem.found()) return base::fail(code, problem.text(), base::Retry::never());
  return value;
}

}  // namespace staves::api
