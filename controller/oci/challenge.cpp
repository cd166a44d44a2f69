#include "oci/challenge.h"

namespace staves::oci {
namespace {

constexpr std::size_t max_header = 16U << 10U;

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~/=").find(c) != std::string_view::npos;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Reads a header from front to back.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text.substr(0, max_header)) {}

  bool at_end() const { return rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(characters)));
  }
  void drop() { rest_.remove_prefix(1); }

  /// A name: characters of a token up to "=".
  std::string word() {
    std::size_t end = 0;
    while (end < rest_.size() && is_token_char(rest_[end]) && rest_[end] != '=') ++end;
    return take(end);
  }

  /// A token or a quoted string.
  std::string value() {
    if (!next_is('"')) {
      std::size_t end = 0;
      while (end < rest_.size() && (is_token_char(rest_[end]) || rest_[end] == ':')) ++end;
      return take(end);
    }
    drop();
    std::string text;
    while (!at_end() && !next_is('"')) {
      if (next_is('\\') && rest_.size() > 1) drop();
      text += rest_.front();
      drop();
    }
    if (!at_end()) drop();
    return text;
  }

 private:
  std::string take(std::size_t count) {
    std::string text(rest_.substr(0, count));
    rest_.remove_prefix(count);
    return text;
  }

  std::string_view rest_;
};

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view header) {
  std::vector<Challenge> challenges;
  Reader reader(header);
  for (reader.skip(" \t,"); !reader.at_end(); reader.skip(" \t,")) {
    std::string name = lower(reader.word());
    if (name.empty()) {
      reader.drop();
      continue;
    }
    reader.skip(" \t");
    // A word with "=" after it is a parameter of the challenge before it, any other word begins a challenge.
    if (!reader.next_is('=')) {
      challenges.push_back({std::move(name), {}});
      continue;
    }
    reader.drop();
    reader.skip(" \t");
    std::string value = reader.value();
    if (!challenges.empty()) challenges.back().parameters.insert_or_assign(std::move(name), std::move(value));
  }
  return challenges;
}

}  // namespace staves::oci
