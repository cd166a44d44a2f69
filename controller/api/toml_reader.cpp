#include "api/toml_reader.h"

#include <set>

#include "api/nearest_word.h"

namespace staves::api {

namespace {

using Kind = TomlValue::Kind;

std::string_view name_of(const TomlValue& value) {
  switch (value.kind) {
    case Kind::Text:
      return "a string";
    case Kind::Integer:
      return "an integer";
    case Kind::List:
      return "a list";
    case Kind::Table:
      return "a table";
    case Kind::Other:
      break;
  }
  return value.text;
}

std::string joined(std::span<const std::string_view> words) {
  std::string all;
  for (const std::string_view one : words) all += (all.empty() ? "" : ", ") + std::string(one);
  return all;
}

}  // namespace

void TomlReader::refuse(TextPosition at, std::string why) {
  if (!first_ || at < first_->at) first_ = Complaint{at, std::move(why)};
}

void TomlReader::refuse_unknown(const TomlMember& member, std::span<const std::string_view> known) {
  const std::string_view near = nearest_word(member.name, known);
  refuse(member.at, "unknown key " + shown_key(member.name) +
                        (near.empty() ? "; known are " + joined(known) : "; did you mean " + std::string(near) + "?"));
}

std::string TomlReader::checked_text(const std::string& name, const TomlValue& value, std::size_t most_characters) {
  if (value.kind != Kind::Text) {
    refuse(value.at, name + " must be a string in quotes, not " + std::string(name_of(value)));
    return {};
  }
  if (value.text.contains('\0')) refuse(value.at, name + " must not contain the character NUL");
  if (characters_of(value.text) > most_characters) {
    refuse(value.at, name + " must have at most " + std::to_string(most_characters) + " characters");
  }
  return value.text;
}

std::string TomlReader::text(const TomlMember& member, std::size_t most_characters) {
  return checked_text(shown_key(member.name), member.value, most_characters);
}

std::string TomlReader::scalar(const TomlMember& member, std::size_t most_characters) {
  if (member.value.kind == Kind::Integer) return member.value.text;
  return text(member, most_characters);
}

std::string TomlReader::word(const TomlMember& member, const Word& word) {
  std::string read = text(member, word.most_characters);
  if (member.value.kind != Kind::Text) return read;
  if (const std::string problem = problem_of(word, read); !problem.empty()) {
    refuse(member.value.at, shown_key(member.name) + " " + problem);
  }
  return read;
}

bool TomlReader::flag(const TomlMember& member) {
  const bool is_flag = member.value.kind == Kind::Other && member.value.flag.has_value();
  if (!is_flag) {
    refuse(member.value.at,
           shown_key(member.name) + " must be true or false, not " + std::string(name_of(member.value)));
  }
  return member.value.flag.value_or(false);
}

std::vector<std::string> TomlReader::texts(const TomlMember& member, std::size_t most, std::size_t most_characters) {
  std::vector<std::string> all;
  const std::string name = shown_key(member.name);
  if (member.value.kind != Kind::List) {
    refuse(member.value.at, name + " must be a list of strings, not " + std::string(name_of(member.value)));
    return all;
  }
  if (member.value.items.empty()) refuse(member.value.at, name + " must have at least one item");
  if (member.value.items.size() > most) {
    refuse(member.value.items[most].at, name + " must have at most " + std::to_string(most) + " items");
  }
  for (const TomlValue& item : member.value.items) {
    all.push_back(checked_text("an item of " + name, item, most_characters));
  }
  return all;
}

std::vector<std::string> TomlReader::words(const TomlMember& member, const WordList& list) {
  std::vector<std::string> all = texts(member, list.most, list.word->most_characters);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const TomlValue& item = member.value.items[i];
    if (item.kind != Kind::Text) continue;
    const std::string name = "an item of " + shown_key(member.name);
    if (const std::string problem = problem_of(*list.word, all[i]); !problem.empty()) {
      refuse(item.at, name + " " + problem);
    } else if (list.unique && !seen.insert(all[i]).second) {
      refuse(item.at, name + " must not be there twice: " + shown_key(all[i]));
    }
  }
  return all;
}

bool TomlReader::is_table(const TomlMember& member, std::string_view wanted) {
  if (member.value.kind == Kind::Table) return true;
  refuse(member.value.at, shown_key(member.name) + " must be a table such as " + std::string(wanted) + ", not " +
                              std::string(name_of(member.value)));
  return false;
}

std::optional<base::Error> TomlReader::problem() const {
  if (!first_) return std::nullopt;
  return base::Error{"InvalidSpec", to_text(first_->at) + ": " + first_->why, base::Retry::when_spec_changes()};
}

}  // namespace staves::api
