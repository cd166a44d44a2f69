#include "command/yaml_text.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "nlohmann/json.hpp"

namespace staves::command {

namespace {

using base::Json;
using namespace std::string_view_literals;

/// Words of YAML 1.1 as well, which kubectl reads.
bool is_reserved(std::string text) {
  constexpr std::array words{"true"sv, "false"sv, "yes"sv, "no"sv, "on"sv, "off"sv, "null"sv, "y"sv, "n"sv};
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(words, text) != words.end();
}

bool may_stand_plain(const std::string& text) {
  if (text.empty() || text.ends_with(':') || is_reserved(text)) return false;
  const bool begins = std::isalpha(static_cast<unsigned char>(text.front())) != 0 || text.front() == '/';
  return begins && std::ranges::all_of(text, [](unsigned char c) {
           return c < 0x80 && (std::isalnum(c) != 0 || "-_./:+"sv.contains(static_cast<char>(c)));
         });
}

void emit_text(YAML::Emitter& out, const std::string& text) {
  if (!may_stand_plain(text)) out << YAML::DoubleQuoted;
  out << text;
}

/// Place of a member; those that are not named follow by name.
std::pair<std::ptrdiff_t, std::string_view> place_of(const std::string& name) {
  constexpr std::array order{"apiVersion"sv, "kind"sv, "metadata"sv, "spec"sv, "name"sv, "atom"sv};
  return {std::ranges::find(order, name) - order.begin(), name};
}

void emit(YAML::Emitter& out, const Json& value) {
  if (value.is_object()) {
    std::vector<std::string> names;
    for (const auto& [name, member] : value.items()) names.push_back(name);
    std::ranges::sort(names, {}, place_of);
    if (names.empty()) out << YAML::Flow;
    out << YAML::BeginMap;
    for (const std::string& name : names) {
      out << YAML::Key;
      emit_text(out, name);
      out << YAML::Value;
      emit(out, value[name]);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    if (value.empty()) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (const Json& item : value) emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    emit_text(out, value.get_ref<const std::string&>());
  } else {
    out << base::to_canonical_json(value);
  }
}

}  // namespace

std::string yaml_text(const Json& value) {
  YAML::Emitter out;
  out.SetOutputCharset(YAML::EscapeNonAscii);
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace staves::command
