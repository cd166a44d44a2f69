#include "tests/support/selection.h"

#include "nlohmann/json.hpp"

namespace staves::test {

using base::Json;

kube::ObjectKey key_in(const Json& object) {
  const Json& metadata = object.at("metadata");
  return {metadata.value("namespace", std::string()), metadata.at("name").get<std::string>()};
}

bool is_selected(const Json& object, const std::string& label_selector) {
  if (label_selector.empty()) return true;
  const auto equals = label_selector.find('=');
  const Json labels = object.at("metadata").value("labels", Json::object());
  return labels.value(label_selector.substr(0, equals), std::string()) == label_selector.substr(equals + 1);
}

bool is_named(const kube::ObjectKey& key, const std::string& field_selector) {
  constexpr std::string_view by_name = "metadata.name=";
  return !field_selector.starts_with(by_name) || key.name == field_selector.substr(by_name.size());
}

bool is_in(const kube::ObjectKey& key, const std::string& name_space) {
  return name_space.empty() || name_space == key.name_space;
}

}  // namespace staves::test
