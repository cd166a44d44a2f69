#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::kube {

using base::Done;
using base::Error;
using base::Result;

/// One kind of object as the API server's paths and bodies name it.
struct ResourceType {
  std::string group;  ///< empty: core
  std::string version;
  std::string plural;
  std::string kind;
  friend auto operator<=>(const ResourceType&, const ResourceType&) = default;
};

/// "group/version", or "version" for the core group: what stands in `apiVersion`.
std::string api_version(const ResourceType& type);

/// Names one object of a type. `name_space` is empty for what lives in no namespace.
struct ObjectKey {
  std::string name_space;
  std::string name;
  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

/// "namespace/name", or "name" without a namespace: for queues, logs and metrics.
std::string to_text(const ObjectKey& key);
/// The inverse of to_text. Errors: InvalidName (retry: never).
Result<ObjectKey> parse_object_key(std::string_view text);

/// Path of all objects of a type; an empty namespace means all namespaces.
/// Errors: InvalidName (retry: never) when a part could lead to another path.
Result<std::string> collection_path(const ResourceType& type, std::string_view name_space);

/// Path of one object, or of its subresource such as "status".
/// Errors: InvalidName (retry: never) when a part is empty or could lead to another path.
Result<std::string> object_path(const ResourceType& type, const ObjectKey& key, std::string_view subresource = {});

/// Percent-encodes a text for use as a query's value.
std::string encode_query_value(std::string_view text);

/// Orders two resource versions as decimal numbers of any length; nothing when one is not a number.
/// Source: KEP-5504, comparable resource versions.
std::optional<std::strong_ordering> compare_resource_versions(std::string_view left, std::string_view right);

}  // namespace staves::kube
