#include "api/atom.h"

#include <algorithm>
#include <array>

#include "api/characters.h"

namespace staves::api {

namespace {

constexpr std::string_view package_or_set =
    "a package atom such as app-shells/bash or =net-misc/curl-8*, or a set such as @system";
constexpr std::string_view atom_or_pattern =
    "a package atom such as app-shells/bash or >=dev-libs/openssl-3, or a pattern such as dev-python/* or */*";
constexpr std::string_view says_nothing_here =
    "another set, because this one is about packages that are already installed, and a new image has none; name the "
    "packages, or @system";
constexpr std::string_view needs_version =
    "ended by a version because it begins with <, >, = or ~, such as =net-misc/curl-8.1.2";
constexpr std::string_view needs_operator =
    "begun with =, ~, <, <=, > or >= because it ends in a version, such as =net-misc/curl-8.1.2";
constexpr std::string_view needs_equals = "begun with = because its version ends in *, such as =net-misc/curl-8*";

/// The sets of Portage's own that select among what is installed.
constexpr std::array<std::string_view, 19> sets_of_what_is_installed = {
    "changed-deps",      "changed-subslot",      "deprecated-live-rebuild",
    "downgrade",         "golang-rebuild",       "installed",
    "live-rebuild",      "module-rebuild",       "preserved-rebuild",
    "rebuilt-binaries",  "rust-rebuild",         "security",
    "selected",          "selected-packages",    "selected-sets",
    "unavailable",       "unavailable-binaries", "world",
    "x11-module-rebuild"};

constexpr Characters word_start = alphanumeric_and("_");
constexpr Characters name_part = alphanumeric_and("+_.-");
constexpr Characters repository_part = alphanumeric_and("_-");
constexpr Characters use_part = alphanumeric_and("+_@=!?(),-");

bool is_name(std::string_view text) {
  return begins_and_goes_on(text, word_start, name_part);
}

/// The pieces of "<operator>category/name*:slot/subslot=::repository[use]", each with its own mark left off.
struct Pieces {
  std::string_view operation;
  std::string_view package;  ///< "category/name-version*"
  std::string_view slot;
  std::string_view repository;
  std::string_view use;
};

/// Takes what follows `mark` off the end of `text`; false when it follows and is empty.
bool take_after(std::string_view& text, std::string_view mark, std::string_view& piece) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return true;
  piece = text.substr(at + mark.size());
  text = text.substr(0, at);
  return !piece.empty();
}

/// False when something is there that cannot be.
bool split(std::string_view text, Pieces& pieces) {
  for (const std::string_view operation : {"<=", ">=", "<", ">", "=", "~"}) {
    if (!text.starts_with(operation)) continue;
    pieces.operation = operation;
    text.remove_prefix(operation.size());
    break;
  }
  if (!take_after(text, "[", pieces.use)) return false;
  if (!pieces.use.empty()) {
    if (!pieces.use.ends_with(']')) return false;
    pieces.use.remove_suffix(1);
    if (pieces.use.empty()) return false;
  }
  if (!take_after(text, "::", pieces.repository) || !take_after(text, ":", pieces.slot)) return false;
  pieces.package = text;
  return true;
}

bool is_slot(std::string_view slot) {
  if (slot.ends_with('=') || slot.ends_with('*')) slot.remove_suffix(1);
  const auto slash = slot.find('/');
  if (slash != std::string_view::npos && !consists_of(slot.substr(slash + 1), name_part)) return false;
  return is_name(slot.substr(0, slash));
}

bool is_versioned_or_plain_atom(const Pieces& pieces) {
  std::string_view package = pieces.package;
  if (package.ends_with('*')) package.remove_suffix(1);
  const auto slash = package.find('/');
  if (slash == std::string_view::npos || !is_name(package.substr(0, slash)) || !is_name(package.substr(slash + 1))) {
    return false;
  }
  if (!pieces.slot.empty() && !is_slot(pieces.slot)) return false;
  if (!pieces.repository.empty() && !begins_and_goes_on(pieces.repository, word_start, repository_part)) return false;
  return pieces.use.empty() || consists_of(pieces.use, use_part);
}

bool is_pattern(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto category = text.substr(0, slash);
  const auto name = text.substr(slash + 1);
  return (category == "*" && (name == "*" || is_name(name))) || (name == "*" && is_name(category));
}

void skip(std::string_view& text, Characters characters) {
  while (!text.empty() && characters.has(text.front())) text.remove_prefix(1);
}

bool skip_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// "8.1.2b_rc1_p3-r1" and nothing else.
bool is_version(std::string_view text) {
  if (text.empty() || !digits.has(text.front())) return false;
  skip(text, digits);
  while (text.size() > 1 && text.front() == '.' && digits.has(text[1])) {
    text.remove_prefix(1);
    skip(text, digits);
  }
  if (!text.empty() && lower_case.has(text.front())) text.remove_prefix(1);
  constexpr std::array<std::string_view, 5> suffixes = {"_pre", "_p", "_beta", "_alpha", "_rc"};
  while (std::ranges::any_of(suffixes, [&](auto suffix) { return skip_word(text, suffix); })) skip(text, digits);
  if (text.size() > 2 && skip_word(text, "-r")) {
    if (!digits.has(text.front())) return false;
    skip(text, digits);
  }
  return text.empty();
}

bool ends_in_version(std::string_view package) {
  for (auto dash = package.find('-'); dash != std::string_view::npos; dash = package.find('-', dash + 1)) {
    if (is_version(package.substr(dash + 1))) return true;
  }
  return false;
}

std::string_view wanted_version(const Pieces& pieces) {
  std::string_view package = pieces.package;
  const bool has_star = package.ends_with('*') && !package.ends_with("/*");
  if (has_star) package.remove_suffix(1);
  const bool versioned = ends_in_version(package);
  if (!pieces.operation.empty() && !versioned) return needs_version;
  if (has_star) return pieces.operation == "=" || !versioned ? "" : needs_equals;
  return pieces.operation.empty() && versioned ? needs_operator : "";
}

}  // namespace

std::string_view wanted_package(std::string_view text) {
  if (text.starts_with('@')) {
    const auto name = text.substr(1);
    if (!begins_and_goes_on(name, alphanumeric, repository_part)) return package_or_set;
    return is_one_of(name, sets_of_what_is_installed) ? says_nothing_here : "";
  }
  Pieces pieces;
  if (!split(text, pieces) || !is_versioned_or_plain_atom(pieces)) return package_or_set;
  return wanted_version(pieces);
}

std::string_view wanted_atom(std::string_view text) {
  Pieces pieces;
  if (!split(text, pieces)) return atom_or_pattern;
  if (!is_pattern(text) && !is_versioned_or_plain_atom(pieces)) return atom_or_pattern;
  return wanted_version(pieces);
}

}  // namespace staves::api
