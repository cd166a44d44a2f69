#include "decide/changes.h"

#include <set>
#include <string_view>

#include "api/bounded_text.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;
using Changes = std::vector<api::Change>;

constexpr std::size_t most_changes = 16;
constexpr std::size_t most_value_bytes = 256;

std::string shown(const Json& value, const Json& other) {
  if (value.is_null() && other.is_array()) return "[]";
  return api::at_most(base::to_canonical_json(value), most_value_bytes);
}

void compare(const Json& was, const Json& is, const std::string& path, Changes& changes);

const Json& member(const Json& object, const std::string& name) {
  static const Json none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

void compare_objects(const Json& was, const Json& is, const std::string& path, Changes& changes) {
  std::set<std::string> names;
  for (const Json* side : {&was, &is}) {
    for (const auto& [name, value] : side->items()) names.insert(name);
  }
  for (const std::string& name : names) {
    compare(member(was, name), member(is, name), path.empty() ? name : path + "." + name, changes);
  }
}

/// The member that names the items of a list: the same one in every item of both, and never twice the same name.
std::string_view key_of(const Json& was, const Json& is) {
  for (const char* key : {"atom", "name"}) {
    bool keyed = true;
    for (const Json* list : {&was, &is}) {
      std::set<std::string> seen;
      for (const Json& item : *list) {
        keyed = keyed && item.is_object() && item.contains(key) && item[key].is_string() &&
                seen.insert(item[key].get<std::string>()).second;
      }
    }
    if (keyed) return key;
  }
  return {};
}

Json by_key(const Json& list, const std::string& key) {
  Json items = Json::object();
  for (const Json& item : list) {
    Json rest = item;
    rest.erase(key);
    items[item[key].get<std::string>()] = std::move(rest);
  }
  return items;
}

void compare_lists(const Json& was, const Json& is, const std::string& path, Changes& changes) {
  const std::string key(key_of(was, is));
  const std::size_t before = changes.size();
  if (!key.empty()) {
    const Json old_items = by_key(was, key);
    const Json new_items = by_key(is, key);
    for (const auto& [name, item] : new_items.items()) {
      compare(old_items.value(name, Json::object()), item, path + "[" + name + "]", changes);
    }
    for (const auto& [name, item] : old_items.items()) {
      if (!new_items.contains(name)) compare(item, Json::object(), path + "[" + name + "]", changes);
    }
  }
  // Without keys, or when only the order differs, there is nothing smaller than the whole list to show.
  if (changes.size() == before) changes.push_back({path, shown(was, is), shown(is, was)});
}

bool is_list_or_absent(const Json& value) {
  return value.is_array() || value.is_null();
}
bool is_object_or_absent(const Json& value) {
  return value.is_object() || value.is_null();
}

void compare(const Json& was, const Json& is, const std::string& path, Changes& changes) {
  if (was == is) return;
  if (is_object_or_absent(was) && is_object_or_absent(is)) {
    compare_objects(was.is_null() ? Json::object() : was, is.is_null() ? Json::object() : is, path, changes);
  } else if (is_list_or_absent(was) && is_list_or_absent(is)) {
    compare_lists(was.is_null() ? Json::array() : was, is.is_null() ? Json::array() : is, path, changes);
  } else {
    changes.push_back({path, shown(was, is), shown(is, was)});
  }
}

}  // namespace

Changes changes_between(const Json& was, const Json& is, const std::string& path) {
  Changes changes;
  compare(was, is, path, changes);
  if (changes.size() > most_changes) changes.resize(most_changes);
  return changes;
}

}  // namespace staves::decide
