#include "portage/package_names.h"

#include <cctype>

namespace staves::portage {
namespace {

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Whether `text` is "r1": a revision.
bool is_revision(std::string_view text) {
  return text.size() > 1 && text.front() == 'r' && text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// Whether `text` is "6.5_p20250802" or "1.2b": a version without its revision.
bool is_version(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '.')) {
    ++at;
  }
  if (at == 0 || !is_digit(text.front())) {
    return false;
  }
  if (at < text.size() && std::islower(static_cast<unsigned char>(text[at])) != 0) {
    ++at;
  }
  return at == text.size() || text[at] == '_' || text.substr(at) == "*";
}

std::string_view without_version(std::string_view name) {
  auto hyphen = name.rfind('-');
  if (hyphen != std::string_view::npos && is_revision(name.substr(hyphen + 1))) {
    const auto before = name.rfind('-', hyphen - 1);
    if (before != std::string_view::npos && is_version(name.substr(before + 1, hyphen - before - 1))) {
      return name.substr(0, before);
    }
    return name;
  }
  return hyphen != std::string_view::npos && is_version(name.substr(hyphen + 1)) ? name.substr(0, hyphen) : name;
}

}  // namespace

std::string package_name(std::string_view atom) {
  atom = atom.substr(std::min(atom.find_first_not_of("<>=~!"), atom.size()));
  atom = atom.substr(0, atom.find_first_of(":["));
  const auto slash = atom.find('/');
  if (slash == std::string_view::npos || atom.starts_with('@')) {
    return {};
  }
  return std::string(atom.substr(0, slash + 1)) + std::string(without_version(atom.substr(slash + 1)));
}

}  // namespace staves::portage
