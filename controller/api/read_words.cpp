#include "api/read_words.h"

#include <set>

namespace staves::api {

std::string read_word(const Fields& owner, std::string_view name, const Word& word) {
  std::string text = owner.required_text(name);
  if (const std::string problem = problem_of(word, text); !text.empty() && !problem.empty()) {
    owner.refuse(name, problem);
  }
  return text;
}

std::string read_optional_word(const Fields& owner, std::string_view name, const Word& word) {
  return owner.text(name).empty() ? std::string{} : read_word(owner, name, word);
}

std::vector<std::string> read_words(const Fields& owner, std::string_view name, const WordList& list) {
  std::vector<std::string> all = owner.texts(name);
  if (all.size() > list.most) owner.refuse(name, "must have at most " + std::to_string(list.most) + " items");
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string item = std::string(name) + "[" + std::to_string(i) + "]";
    if (const std::string problem = problem_of(*list.word, all[i]); !problem.empty()) owner.refuse(item, problem);
    if (list.unique && !seen.insert(all[i]).second) owner.refuse(item, "must not be there twice");
  }
  return all;
}

}  // namespace staves::api
