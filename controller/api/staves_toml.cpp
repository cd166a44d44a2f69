#include "api/staves_toml.h"

#include <array>

#include "api/staves_toml_portage.h"
#include "api/staves_toml_repositories.h"
#include "api/toml_reader.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr std::array<std::string_view, 8> known_keys = {"name",        "packages", "command",      "version",
                                                        "annotations", "env",      "repositories", "locale"};
constexpr std::array<std::string_view, 2> keys_of_locale = {"name", "charset"};
constexpr const char* title = "org.opencontainers.image.title";
constexpr const char* version = "org.opencontainers.image.version";

void read_name(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  spec["image"]["annotations"][title] = reader.word(member, word::image_name);
}

void read_version(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  const std::string tag = reader.word(member, word::tag);
  spec["image"]["tags"] = {tag};
  spec["image"]["annotations"][version] = tag;
}

void read_locale(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (!reader.is_table(member, "[locale] with name = 'de_DE.UTF-8'")) return;
  base::Json locale = base::Json::object();
  for (const TomlMember& one : member.value.members) {
    if (one.name != "name" && one.name != "charset") {
      reader.refuse_unknown(one, keys_of_locale);
      continue;
    }
    locale[one.name] = reader.word(one, one.name == "name" ? word::locale_name : word::charset);
  }
  if (!locale.contains("name")) reader.refuse(member.at, "locale must have a name such as de_DE.UTF-8");
  spec["locale"] = std::move(locale);
}

/// The annotations come last: what they say wins over name and version.
void read_annotations(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (!reader.is_table(member, "[annotations]")) return;
  if (member.value.members.size() > most_annotations) {
    reader.refuse(member.value.members[most_annotations].at,
                  "there must be at most " + std::to_string(most_annotations) + " annotations");
  }
  for (const TomlMember& one : member.value.members) {
    if (one.name.empty()) reader.refuse(one.at, "the key of an annotation must not be empty");
    spec["image"]["annotations"][one.name] = reader.text(one, most_value_characters);
  }
}

void read_member(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (member.name == "packages") {
    spec["packages"] = reader.words(member, word_list::packages);
  } else if (member.name == "command") {
    spec["config"]["entrypoint"] = reader.texts(member, most_arguments, most_value_characters);
  } else if (member.name == "name") {
    read_name(reader, member, spec);
  } else if (member.name == "version") {
    read_version(reader, member, spec);
  } else if (member.name == "env") {
    read_toml_env(reader, member, spec);
  } else if (member.name == "locale") {
    read_locale(reader, member, spec);
  } else if (member.name == "repositories") {
    read_toml_repositories(reader, member, spec);
  } else if (member.name.contains('/')) {
    read_toml_package(reader, member, spec);
  } else if (member.name != "annotations") {
    reader.refuse_unknown(member, known_keys);
  }
}

}  // namespace

base::Result<base::Json> parse_staves_toml(std::string_view text) {
  TRY_ASSIGN(const TomlValue document, parse_toml(text));
  TomlReader reader;
  base::Json spec = base::Json::object();
  for (const TomlMember& member : document.members) read_member(reader, member, spec);
  for (const TomlMember& member : document.members) {
    if (member.name == "annotations") read_annotations(reader, member, spec);
  }
  if (auto problem = reader.problem()) return base::fail(*std::move(problem));
  if (!spec.contains("packages")) {
    reader.refuse({}, "packages must be set, such as packages = ['app-shells/bash']");
    return base::fail(*reader.problem());
  }
  return spec;
}

}  // namespace staves::api
