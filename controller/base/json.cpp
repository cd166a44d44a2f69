#include "base/json.h"

#include "nlohmann/json.hpp"

namespace staves::base {

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes) {
    return fail("JsonTooLarge", "the JSON text has " + std::to_string(text.size()) + " bytes", Retry::never());
  }
  bool too_deep = false;
  const auto watch_depth = [&](int depth, Json::parse_event_t event, Json&) {
    const bool opens = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    too_deep = too_deep || (opens && depth >= limits.depth);
    return !too_deep;
  };
  Json value = Json::parse(text, watch_depth, /*allow_exceptions=*/false);
  if (too_deep) return fail("JsonTooLarge", "the JSON text nests too deeply", Retry::never());
  if (value.is_discarded()) return fail("MalformedJson", "the text is not JSON", Retry::never());
  return value;
}

std::string to_canonical_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json merge_patch_between(const Json& from, const Json& to) {
  Json patch = Json::object();
  for (const auto& [key, wanted] : to.items()) {
    const auto had = from.find(key);
    if (had == from.end()) {
      patch[key] = wanted;
    } else if (had->is_object() && wanted.is_object()) {
      if (Json inner = merge_patch_between(*had, wanted); !inner.empty()) patch[key] = std::move(inner);
    } else if (*had != wanted) {
      patch[key] = wanted;
    }
  }
  for (const auto& [key, had] : from.items()) {
    if (!to.contains(key)) patch[key] = nullptr;
  }
  return patch;
}

}  // namespace staves::base
