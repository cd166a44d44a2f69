#include "tests/unit/api/schema.h"

#include <yaml-cpp/yaml.h>

#include <array>

#include "nlohmann/json.hpp"
#include "support/source_dir.h"

namespace staves::api {

namespace {

using base::Json;

Json scalar_to_json(const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true" || text == "false") return text == "true";
  const auto number = Json::parse(text, nullptr, false);
  return number.is_number() ? number : Json(text);
}

Json to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    Json object = Json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = to_json(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node) list.push_back(to_json(item));
    return list;
  }
  return node.IsScalar() ? scalar_to_json(node) : Json();
}

std::string sample_text(const Json& schema, const std::string& path) {
  if (schema.value("format", "") == "date-time") return "2026-05-01T12:00:00Z";
  if (schema.contains("enum")) {
    // The last one: where the schema has no default, that of the types is the first.
    const Json last = schema["enum"].back();
    return last == schema.value("default", Json()) ? schema["enum"].front() : last;
  }
  const std::string word = "s" + std::to_string(std::hash<std::string>{}(path) % 1000000);
  // What is no word but has a form of its own.
  if (path.ends_with(".atom") || path.ends_with(".packages[]")) return "app-misc/" + word;
  if (path.ends_with(".repository")) return "registry.example/" + word;
  if (path.ends_with(".platforms[]")) return "linux/arm/v7";
  if (path.ends_with(".locale.name")) return "de_DE." + word;
  if (path.ends_with(".mirrors[]")) return "https://" + word;
  if (path.ends_with(".proxy.http") || path.ends_with(".proxy.https")) return "http://" + word + ":3128";
  return path.ends_with(".include[]") ? word + ".so.1" : word;
}

Json sample_number(const Json& schema) {
  const std::int64_t least = schema.value("minimum", std::int64_t{0});
  return std::max(least, schema.value("default", std::int64_t{0})) + 1;
}

/// The pieces of a path: "spec", "packageConfig", "0", "atom".
Json::json_pointer pointer_of(const std::string& path) {
  Json::json_pointer pointer;
  std::string piece;
  const auto flush = [&] {
    if (!piece.empty()) pointer /= piece;
    piece.clear();
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '.') {
      flush();
    } else if (path[i] == '[') {
      flush();
      pointer /= std::size_t{0};
      ++i;
    } else {
      piece += path[i];
    }
  }
  flush();
  return pointer;
}

}  // namespace

Json read_schema(const std::string& file) {
  const auto definition = to_json(YAML::LoadFile((source_dir() / "crds" / file).string()));
  return definition.at("/spec/versions/0/schema/openAPIV3Schema"_json_pointer);
}

bool is_opaque(const std::string& path) {
  static constexpr std::array<std::string_view, 8> kept_as_they_are = {
      "spec.build.resources", "spec.pod.resources",        "spec.pod.nodeSelector", "spec.pod.tolerations",
      "spec.pod.affinity",    "spec.pod.imagePullSecrets", "spec.pod.labels",       "spec.pod.annotations"};
  return std::ranges::find(kept_as_they_are, path) != kept_as_they_are.end();
}

void for_each_property(const Json& schema, const std::string& path,
                       const std::function<void(const std::string&, const Json&)>& visit) {
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, property] : properties.items()) {
    const std::string here = path.empty() ? name : path + "." + name;
    visit(here, property);
    if (is_opaque(here)) continue;
    for_each_property(property, here, visit);
    if (property.contains("items")) for_each_property(property["items"], here + "[]", visit);
  }
}

Json sample_of(const Json& schema, const std::string& path, const std::map<std::string, Json>& fixed) {
  if (const auto found = fixed.find(path); found != fixed.end()) return found->second;
  if (schema.contains("x-kubernetes-int-or-string")) return "500m";
  const std::string type = schema.at("type").get<std::string>();
  if (type == "boolean") return !schema.value("default", false);
  if (type == "integer") return sample_number(schema);
  if (type == "number") return 1.5;
  if (type == "string") return sample_text(schema, path);
  if (type == "array") return Json::array({sample_of(schema.at("items"), path + "[]", fixed)});
  Json object = Json::object();
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, property] : properties.items()) {
    object[name] = sample_of(property, path.empty() ? name : path + "." + name, fixed);
  }
  if (schema.contains("additionalProperties")) {
    object["SAMPLE"] = sample_of(schema["additionalProperties"], path + "{}", fixed);
  }
  if (schema.contains("x-kubernetes-preserve-unknown-fields")) object["any"] = path;
  return object;
}

Json with_value(Json document, const std::string& path, const Json& value) {
  document[pointer_of(path)] = value;
  return document;
}

Json value_at(const Json& document, const std::string& path) {
  const auto pointer = pointer_of(path);
  return document.contains(pointer) ? document.at(pointer) : Json();
}

}  // namespace staves::api
