#include "api/fields.h"

#include "base/digest.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

const base::Json& empty_object() {
  static const base::Json empty = base::Json::object();
  return empty;
}

std::string wanted_number(const Range& range) {
  if (range.most == INT64_MAX) return "an integer of at least " + std::to_string(range.least);
  return "an integer between " + std::to_string(range.least) + " and " + std::to_string(range.most);
}

}  // namespace

void Problem::must_be(std::string_view path, std::string_view wanted) {
  refuse(path, "must be " + std::string(wanted));
}

void Problem::refuse(std::string_view path, std::string_view why) {
  if (!found()) text_ = std::string(path) + " " + std::string(why);
}

Fields::Fields(const base::Json& value, std::string path, Problem& problem)
    : value_(value.is_object() ? &value : &empty_object()), path_(std::move(path)), problem_(&problem) {
  if (!value.is_object()) problem.must_be(path_.empty() ? "the document" : path_, "an object");
}

const base::Json* Fields::find(std::string_view name) const {
  const auto member = value_->find(name);
  return member == value_->end() || member->is_null() ? nullptr : &*member;
}

std::string Fields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void Fields::must_be(std::string_view name, std::string_view wanted) const {
  problem_->must_be(path_of(name), wanted);
}

void Fields::refuse(std::string_view name, std::string_view why) const {
  problem_->refuse(path_of(name), why);
}

bool Fields::has(std::string_view name) const {
  return find(name) != nullptr;
}

std::string Fields::text(std::string_view name, std::string_view fallback) const {
  const base::Json* member = find(name);
  if (member == nullptr) return std::string(fallback);
  if (member->is_string()) return member->get_ref<const std::string&>();
  must_be(name, "a string");
  return std::string(fallback);
}

std::string Fields::required_text(std::string_view name) const {
  std::string value = text(name);
  if (value.empty()) must_be(name, "set");
  return value;
}

std::string Fields::digest(std::string_view name) const {
  std::string value = text(name);
  if (!value.empty() && !base::is_sha256_digest(value)) must_be(name, "a sha256 digest");
  return value;
}

std::string Fields::required_digest(std::string_view name) const {
  std::string value = digest(name);
  if (value.empty()) must_be(name, "a sha256 digest");
  return value;
}

std::int64_t Fields::number(std::string_view name, std::int64_t fallback, Range range) const {
  const base::Json* member = find(name);
  if (member == nullptr) return fallback;
  const bool fits = member->is_number_integer() &&
                    (!member->is_number_unsigned() || member->get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  const std::int64_t value = fits ? member->get<std::int64_t>() : 0;
  if (fits && value >= range.least && value <= range.most) return value;
  must_be(name, wanted_number(range));
  return fallback;
}

std::int64_t Fields::required_number(std::string_view name, Range range) const {
  if (!has(name)) must_be(name, wanted_number(range));
  return number(name, range.least, range);
}

double Fields::decimal(std::string_view name) const {
  const base::Json* member = find(name);
  if (member == nullptr) return 0;
  if (member->is_number()) return member->get<double>();
  must_be(name, "a number");
  return 0;
}

bool Fields::flag(std::string_view name, bool fallback) const {
  const base::Json* member = find(name);
  if (member == nullptr) return fallback;
  if (member->is_boolean()) return member->get<bool>();
  must_be(name, "true or false");
  return fallback;
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  const base::Json* member = find(name);
  std::vector<std::string> values;
  if (member == nullptr) return values;
  const bool all_texts =
      member->is_array() && std::ranges::all_of(*member, [](const auto& one) { return one.is_string(); });
  if (!all_texts) {
    must_be(name, "a list of strings");
    return values;
  }
  values.reserve(member->size());
  for (const auto& one : *member) values.push_back(one.get_ref<const std::string&>());
  return values;
}

std::map<std::string, std::string> Fields::text_map(std::string_view name) const {
  std::map<std::string, std::string> values;
  const base::Json* member = find(name);
  if (member == nullptr) return values;
  if (!member->is_object()) {
    must_be(name, "a map of strings");
    return values;
  }
  for (const auto& [key, value] : member->items()) {
    if (value.is_string()) {
      values.emplace(key, value.template get_ref<const std::string&>());
    } else {
      problem_->must_be(path_of(name) + "[" + key + "]", "a string");
    }
  }
  return values;
}

std::optional<base::TimePoint> Fields::time(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  const auto parsed = base::parse_rfc3339(text(name));
  if (parsed) return *parsed;
  must_be(name, "an RFC 3339 time");
  return std::nullopt;
}

std::string Fields::compact_json(std::string_view name) const {
  const base::Json* member = find(name);
  if (member == nullptr || member->empty()) return {};
  if (member->is_structured()) return base::to_canonical_json(*member);
  must_be(name, "an object or a list");
  return {};
}

Fields Fields::object(std::string_view name) const {
  const base::Json* member = find(name);
  return {member == nullptr ? empty_object() : *member, path_of(name), *problem_};
}

std::vector<Fields> Fields::objects(std::string_view name) const {
  std::vector<Fields> all;
  const base::Json* member = find(name);
  if (member == nullptr) return all;
  if (!member->is_array()) {
    must_be(name, "a list of objects");
    return all;
  }
  all.reserve(member->size());
  for (const auto& one : *member) {
    all.emplace_back(one, path_of(name) + "[" + std::to_string(all.size()) + "]", *problem_);
  }
  return all;
}

std::size_t Fields::place_of(std::string_view name, std::size_t fallback, const std::string_view* spellings,
                             std::size_t count) const {
  if (!has(name)) return fallback;
  const std::string value = text(name);
  std::string allowed;
  for (std::size_t place = 0; place < count; ++place) {
    if (spellings[place] == value) return place;
    allowed += (place == 0 ? "" : ", ") + std::string(spellings[place]);
  }
  must_be(name, "one of " + allowed);
  return fallback;
}

}  // namespace staves::api
