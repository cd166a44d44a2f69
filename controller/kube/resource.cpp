#include "kube/resource.h"

#include <algorithm>

namespace staves::kube {

namespace {

constexpr std::size_t longest_part = 253;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/// A part of a path: only what every kind of name may hold, so that nothing needs encoding and nothing can climb.
Done check_part(std::string_view what, std::string_view part) {
  const bool well = !part.empty() && part.size() <= longest_part && part != "." && part != ".." &&
                    std::ranges::all_of(part, is_name_character);
  if (well) return {};
  return base::fail("InvalidName",
                    "'" + std::string(part.substr(0, longest_part)) + "' cannot be a " + std::string(what),
                    base::Retry::never());
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string api_version(const ResourceType& type) {
  return type.group.empty() ? type.version : type.group + "/" + type.version;
}

std::string to_text(const ObjectKey& key) {
  return key.name_space.empty() ? key.name : key.name_space + "/" + key.name;
}

Result<ObjectKey> parse_object_key(std::string_view text) {
  const auto slash = text.find('/');
  ObjectKey key;
  if (slash != std::string_view::npos) {
    key.name_space = text.substr(0, slash);
    TRY(check_part("namespace", key.name_space));
    text.remove_prefix(slash + 1);
  }
  key.name = text;
  TRY(check_part("name", key.name));
  return key;
}

Result<std::string> collection_path(const ResourceType& type, std::string_view name_space) {
  TRY(check_part("version", type.version));
  TRY(check_part("resource", type.plural));
  std::string path = "/api/" + type.version;
  if (!type.group.empty()) {
    TRY(check_part("group", type.group));
    path = "/apis/" + type.group + "/" + type.version;
  }
  if (!name_space.empty()) {
    TRY(check_part("namespace", name_space));
    path += "/namespaces/" + std::string(name_space);
  }
  return path + "/" + type.plural;
}

Result<std::string> object_path(const ResourceType& type, const ObjectKey& key, std::string_view subresource) {
  TRY_ASSIGN(std::string path, collection_path(type, key.name_space));
  TRY(check_part("name", key.name));
  path += "/" + key.name;
  if (!subresource.empty()) {
    TRY(check_part("subresource", subresource));
    path += "/" + std::string(subresource);
  }
  return path;
}

std::string encode_query_value(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_name_character(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 15U];
  }
  return encoded;
}

std::optional<std::strong_ordering> compare_resource_versions(std::string_view left, std::string_view right) {
  if (!is_number(left) || !is_number(right)) return std::nullopt;
  left = without_leading_zeros(left);
  right = without_leading_zeros(right);
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left <=> right;
}

}  // namespace staves::kube
