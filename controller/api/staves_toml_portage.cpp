#include "api/staves_toml_portage.h"

#include <array>

#include "api/variable_names.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

using Kind = TomlValue::Kind;

constexpr std::array<std::string_view, 6> keys_of_a_package = {"use", "keywords", "license", "env", "mask", "unmask"};

const WordList* list_of(std::string_view key) {
  if (key == "use") return &word_list::use;
  if (key == "keywords") return &word_list::keywords;
  if (key == "license") return &word_list::license;
  return key == "env" ? &word_list::env : nullptr;
}

void read_variable(TomlReader& reader, const TomlMember& member, base::Json& make_conf) {
  if (const std::string refusal = refusal_of_variable(member.name); !refusal.empty()) {
    const bool is_named = refusal.starts_with("must not");
    reader.refuse(member.at, is_named ? refusal : "the variable " + shown_key(member.name) + " " + refusal);
  }
  if (make_conf.size() == most_variables) {
    reader.refuse(member.at, "there must be at most " + std::to_string(most_variables) + " variables");
  }
  make_conf[member.name] = reader.scalar(member, most_value_characters);
}

void read_environment(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (const std::string problem = problem_of(word::environment_name, member.name); !problem.empty()) {
    reader.refuse(member.at, "[env." + shown_key(member.name) + "] " + problem);
  }
  base::Json make_conf = base::Json::object();
  for (const TomlMember& variable : member.value.members) read_variable(reader, variable, make_conf);
  if (spec["environments"].size() == most_environments) {
    reader.refuse(member.at, "there must be at most " + std::to_string(most_environments) + " tables in [env]");
  }
  spec["environments"].push_back({{"name", member.name}, {"makeConf", std::move(make_conf)}});
}

void check_masks(TomlReader& reader, const TomlMember& member, const base::Json& config) {
  if (member.value.members.empty()) {
    reader.refuse(member.at,
                  shown_key(member.name) + " must say at least one of use, keywords, license, env, mask and unmask");
  }
  if (config.value("mask", false) && config.value("unmask", false)) {
    reader.refuse(member.at, shown_key(member.name) + " must not have both mask and unmask");
  }
}

}  // namespace

void read_toml_package(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (const std::string problem = problem_of(word::atom, member.name); !problem.empty()) {
    reader.refuse(member.at, shown_key(member.name) + " " + problem);
  }
  if (!reader.is_table(member, "['app-shells/bash'] with use = ['-nls']")) return;
  base::Json config{{"atom", member.name}};
  for (const TomlMember& one : member.value.members) {
    if (const WordList* list = list_of(one.name)) {
      config[one.name] = reader.words(one, *list);
    } else if (one.name == "mask" || one.name == "unmask") {
      config[one.name] = reader.flag(one);
    } else {
      reader.refuse_unknown(one, keys_of_a_package);
    }
  }
  check_masks(reader, member, config);
  if (spec["packageConfig"].size() == most_package_configs) {
    reader.refuse(member.at, "there must be at most " + std::to_string(most_package_configs) + " tables of packages");
  }
  spec["packageConfig"].push_back(std::move(config));
}

void read_toml_env(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (!reader.is_table(member, "[env] with CFLAGS = '${CFLAGS} -O3'")) return;
  base::Json make_conf = base::Json::object();
  for (const TomlMember& one : member.value.members) {
    if (one.value.kind == Kind::Table) {
      read_environment(reader, one, spec);
    } else {
      read_variable(reader, one, make_conf);
    }
  }
  if (!make_conf.empty()) spec["makeConf"] = std::move(make_conf);
}

}  // namespace staves::api
