#include "portage/assigned_names.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

// A directory or a `source` within another; files that take in each other end here.
constexpr int deepest = 8;

struct Token {
  std::string text;
  bool is_equals = false;
};

/// Words and equals signs, as Portage's reader splits them: quotes may be anywhere in a word, and a comment ends one.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  const auto end_word = [&] {
    if (in_word) tokens.push_back({.text = std::move(word)});
    word.clear();
    in_word = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'' && at + 1 < text.size()) {
      word += text[++at];
      in_word = true;
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == '#') {
      end_word();
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '=') {
      end_word();
      tokens.push_back({.text = {}, .is_equals = true});
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      end_word();
    } else {
      word += c;
      in_word = true;
    }
  }
  end_word();
  return tokens;
}

bool is_variable_name(const std::string& text) {
  const auto is_part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::ranges::all_of(text, is_part);
}

class Reader {
 public:
  explicit Reader(const fs::path& system) : system_(system) {}

  void read(const fs::path& path, int depth) {
    if (depth > deepest) return;
    std::error_code failed;
    if (fs::is_directory(path, failed)) {
      for (const auto& entry : fs::directory_iterator(path, failed)) {
        read(entry.path(), depth + 1);
      }
      return;
    }
    const auto text = base::read_mounted_file(path);
    if (!text) return;
    const auto tokens = tokens_of(*text);
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
      if (tokens[at].text == "source") {
        read(sourced(path, tokens[++at].text), depth + 1);
      } else if (tokens[at + 1].is_equals && is_variable_name(tokens[at].text)) {
        names_.insert(tokens[at].text);
        at += 2;  // the value
      }
    }
  }

  std::set<std::string> names() && { return std::move(names_); }

 private:
  fs::path sourced(const fs::path& from, const fs::path& named) const {
    return named.is_absolute() ? system_ / named.relative_path() : from.parent_path() / named;
  }

  const fs::path& system_;
  std::set<std::string> names_;
};

}  // namespace

std::set<std::string> assigned_names(const fs::path& system, const fs::path& path) {
  Reader reader(system);
  reader.read(path, 0);
  return std::move(reader).names();
}

}  // namespace staves::portage
