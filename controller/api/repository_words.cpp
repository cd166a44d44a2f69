#include "api/repository_words.h"

#include "api/characters.h"

namespace staves::api {

namespace {

std::string_view wanted_repository_name(std::string_view text) {
  if (text == "gentoo" || text == "DEFAULT") {
    return "the name of an overlay; gentoo is the ebuild tree, and DEFAULT a section of Portage's own";
  }
  return is_repository_name(text)
             ? ""
             : "the name of an overlay: letters, digits, _ and -, with a letter, a digit or _ first";
}

bool is_branch_part(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric_and("_"), alphanumeric_and("_.+-"));
}

std::string_view wanted_branch(std::string_view text) {
  const bool is_branch =
      all_parts(text, '/', is_branch_part) && !text.contains("..") && !text.ends_with('.') && !text.ends_with(".lock");
  return is_branch ? "" : "the name of a branch such as main or release/2";
}

std::string_view wanted_revision(std::string_view text) {
  return is_revision(text) ? "" : "a whole revision, 40 or 64 lower-case hexadecimal digits";
}

bool is_host(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric, alphanumeric_and(".-"));
}

bool is_user(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric_and("_"), alphanumeric_and("._-"));
}

/// HOST/PATH or HOST:PORT/PATH
bool is_place(std::string_view text, const Characters& of_path) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || !consists_of(text.substr(slash + 1), of_path)) return false;
  const std::string_view server = text.substr(0, slash);
  const auto colon = server.find(':');
  return is_host(server.substr(0, colon)) && (colon == std::string_view::npos || is_port(server.substr(colon + 1)));
}

constexpr Characters of_path = alphanumeric_and("._~/+,=-");
constexpr Characters of_archive = alphanumeric_and("._~/+,=?&-");

/// What follows the scheme; empty when the text does not begin with it.
std::string_view behind(std::string_view text, std::string_view scheme) {
  return text.starts_with(scheme) ? text.substr(scheme.size()) : "";
}

bool is_web_place(std::string_view text, const Characters& path) {
  return is_place(behind(text, "https://"), path) || is_place(behind(text, "http://"), path);
}

bool is_ssh_place(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos) return is_place(text, of_path);
  return is_user(text.substr(0, at)) && is_place(text.substr(at + 1), of_path);
}

std::string_view wanted_git_uri(std::string_view text) {
  return is_web_place(text, of_path) || is_ssh_place(behind(text, "ssh://"))
             ? ""
             : "of the form https://HOST/PATH, http://HOST/PATH or ssh://USER@HOST/PATH, without a password, spaces "
               "and %";
}

std::string_view wanted_rsync_uri(std::string_view text) {
  return is_place(behind(text, "rsync://"), of_path)
             ? ""
             : "of the form rsync://HOST/MODULE, without a user name, spaces and %";
}

std::string_view wanted_zipfile_uri(std::string_view text) {
  return is_web_place(text, of_archive)
             ? ""
             : "of the form https://HOST/PATH or http://HOST/PATH, without a user name, spaces and %";
}

std::string_view wanted_repository_uri(std::string_view text) {
  const bool is_any =
      wanted_git_uri(text).empty() || wanted_rsync_uri(text).empty() || wanted_zipfile_uri(text).empty();
  return is_any ? "" : "the address of an overlay such as https://HOST/PATH, without a password, spaces and %";
}

constexpr std::size_t most_uri_characters = 512;
const Word git_uri{most_uri_characters, wanted_git_uri};
const Word rsync_uri{most_uri_characters, wanted_rsync_uri};
const Word zipfile_uri{most_uri_characters, wanted_zipfile_uri};

}  // namespace

namespace word {
const Word repository_name{40, wanted_repository_name};
const Word branch{255, wanted_branch};
const Word revision{64, wanted_revision};
const Word repository_uri{most_uri_characters, wanted_repository_uri};
}  // namespace word

const Word& uri_word(RepositoryType type) {
  switch (type) {
    case RepositoryType::Git:
      return git_uri;
    case RepositoryType::Rsync:
      return rsync_uri;
    case RepositoryType::Zipfile:
      break;
  }
  return zipfile_uri;
}

}  // namespace staves::api
