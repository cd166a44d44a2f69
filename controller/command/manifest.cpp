#include "command/manifest.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <regex>

#include "command/error_sentence.h"
#include "nlohmann/json.hpp"

namespace staves::command {

namespace {

using base::Json;

constexpr std::size_t most_bytes = 1U << 20U;
constexpr int deepest = 64;
constexpr int most_values = 100'000;

/// A plain scalar as YAML's core schema reads it.
Json plain_value(const std::string& text) {
  static const std::regex integer("[-+]?[0-9]{1,18}");
  static const std::regex decimal("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (text.size() > 64) return text;
  if (std::regex_match(text, integer)) return std::stoll(text);
  if (std::regex_match(text, decimal)) return std::strtod(text.c_str(), nullptr);
  return text;
}

/// Turns nodes into JSON and throws at what no manifest has.
class Converter {
 public:
  Json convert(const YAML::Node& node, int depth = 0) {
    if (depth > deepest) throw YAML::ParserException(node.Mark(), "it nests too deeply");
    if (++values_ > most_values) throw YAML::ParserException(node.Mark(), "it has too many values");
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str" ? Json(node.Scalar())
                                                                          : plain_value(node.Scalar());
      case YAML::NodeType::Sequence: {
        Json list = Json::array();
        for (const YAML::Node& item : node) list.push_back(convert(item, depth + 1));
        return list;
      }
      case YAML::NodeType::Map: {
        Json object = Json::object();
        for (const auto& member : node) {
          if (!member.first.IsScalar()) throw YAML::ParserException(member.first.Mark(), "a key is no text");
          const std::string& name = member.first.Scalar();
          if (object.contains(name)) {
            throw YAML::ParserException(member.first.Mark(), "the key '" + name + "' stands there twice");
          }
          object[name] = convert(member.second, depth + 1);
        }
        return object;
      }
      default:
        return nullptr;
    }
  }

 private:
  int values_ = 0;
};

void collect(Json object, std::vector<Json>& objects) {
  if (object.is_null()) return;
  const bool is_list = object.is_object() && object.contains("items") && object["items"].is_array() &&
                       object.value("kind", Json()).is_string() &&
                       object["kind"].get_ref<const std::string&>().ends_with("List");
  if (!is_list) return objects.push_back(std::move(object));
  for (Json& item : object["items"]) collect(std::move(item), objects);
}

}  // namespace

base::Result<std::vector<Json>> parse_manifest(std::string_view text) {
  if (text.size() > most_bytes) return bad_input("it is larger than 1 MiB");
  std::vector<Json> objects;
  try {
    Converter converter;
    for (const YAML::Node& document : YAML::LoadAll(std::string(text))) {
      collect(converter.convert(document), objects);
    }
  } catch (const YAML::Exception& wrong) {
    return bad_input("line " + std::to_string(wrong.mark.line + 1) + ", column " +
                     std::to_string(wrong.mark.column + 1) + ": " + wrong.msg);
  } catch (const std::exception& wrong) {
    return bad_input(std::string("it cannot be read: ") + wrong.what());
  }
  if (objects.empty()) return bad_input("it has no object");
  return objects;
}

}  // namespace staves::command
