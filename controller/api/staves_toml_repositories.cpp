#include "api/staves_toml_repositories.h"

#include <algorithm>
#include <array>

#include "api/repository_words.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

using Kind = TomlValue::Kind;

constexpr std::array<std::string_view, 6> keys_of_a_repository = {"name",   "type",     "uri",
                                                                  "branch", "revision", "priority"};

const TomlMember* member_of(const TomlValue& table, std::string_view name) {
  const auto found = std::ranges::find(table.members, name, &TomlMember::name);
  return found == table.members.end() ? nullptr : &*found;
}

/// git's own short form, without a scheme and with a colon before the path, in its long one.
TomlMember with_long_address(const TomlMember& uri) {
  TomlMember longer = uri;
  const std::string& text = uri.value.text;
  const auto colon = text.find(':');
  if (colon == std::string::npos || text.contains("://") || text.find('/') < colon) return longer;
  const bool has_slash = text.substr(colon + 1).starts_with('/');
  longer.value.text = "ssh://" + text.substr(0, colon) + (has_slash ? "" : "/") + text.substr(colon + 1);
  return longer;
}

RepositoryType read_type(TomlReader& reader, const TomlMember& member) {
  const std::string text = reader.text(member, most_value_characters);
  for (const auto type : {RepositoryType::Git, RepositoryType::Rsync, RepositoryType::Zipfile}) {
    if (text == to_string(type)) return type;
  }
  reader.refuse(member.value.at, "type must be git, rsync or zipfile");
  return RepositoryType::Git;
}

void read_priority(TomlReader& reader, const TomlMember& member, base::Json& repository) {
  constexpr std::int64_t most = 999;
  const bool is_short = member.value.text.size() <= 4;
  const std::int64_t priority =
      member.value.kind == Kind::Integer && is_short ? std::stoll(member.value.text) : most + 1;
  if (priority > most || priority < -most) {
    reader.refuse(member.value.at, "priority must be an integer between -999 and 999");
  }
  repository["priority"] = priority;
}

void check_keys(TomlReader& reader, const TomlValue& table, RepositoryType type) {
  for (const TomlMember& one : table.members) {
    if (std::ranges::find(keys_of_a_repository, one.name) == keys_of_a_repository.end()) {
      reader.refuse_unknown(one, keys_of_a_repository);
    } else if (type != RepositoryType::Git && (one.name == "branch" || one.name == "revision")) {
      reader.refuse(one.at, one.name + " must not be set unless type is git");
    }
  }
  if (const TomlMember* revision = member_of(table, "revision"); revision != nullptr && member_of(table, "branch")) {
    reader.refuse(revision->at, "must not have both branch and revision; a revision belongs to no branch");
  }
  for (const char* needed : {"name", "type", "uri"}) {
    if (member_of(table, needed) == nullptr) {
      reader.refuse(table.at, std::string("an entry of repositories must have ") + needed);
    }
  }
}

base::Json read_repository(TomlReader& reader, const TomlValue& table) {
  base::Json repository = base::Json::object();
  auto type = RepositoryType::Git;
  if (const TomlMember* one = member_of(table, "type")) type = read_type(reader, *one);
  check_keys(reader, table, type);
  repository["type"] = to_string(type);
  if (const TomlMember* one = member_of(table, "name")) repository["name"] = reader.word(*one, word::repository_name);
  if (const TomlMember* one = member_of(table, "uri")) {
    repository["uri"] = reader.word(type == RepositoryType::Git ? with_long_address(*one) : *one, uri_word(type));
  }
  if (const TomlMember* one = member_of(table, "branch")) repository["branch"] = reader.word(*one, word::branch);
  if (const TomlMember* one = member_of(table, "revision")) repository["revision"] = reader.word(*one, word::revision);
  if (const TomlMember* one = member_of(table, "priority")) read_priority(reader, *one, repository);
  return repository;
}

}  // namespace

void read_toml_repositories(TomlReader& reader, const TomlMember& member, base::Json& spec) {
  if (member.value.kind != Kind::List) {
    reader.refuse(member.at, "repositories must be written as [[repositories]] with name, type and uri");
    return;
  }
  base::Json repositories = base::Json::array();
  for (const TomlValue& item : member.value.items) {
    if (item.kind != Kind::Table) {
      reader.refuse(item.at, "an entry of repositories must be a table with name, type and uri");
      continue;
    }
    base::Json repository = read_repository(reader, item);
    const auto has_its_name = [&](const base::Json& other) {
      return other.value("name", "") == repository.value("name", "");
    };
    if (std::ranges::any_of(repositories, has_its_name)) {
      reader.refuse(item.at, "repositories must have each name only once");
    }
    repositories.push_back(std::move(repository));
  }
  if (repositories.size() > most_repositories) {
    reader.refuse(member.at, "there must be at most " + std::to_string(most_repositories) + " repositories");
  }
  if (!repositories.empty()) spec["repositories"] = std::move(repositories);
}

}  // namespace staves::api
