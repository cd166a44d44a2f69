#include "api/words.h"

#include <algorithm>

#include "api/atom.h"
#include "api/bounded_text.h"
#include "api/characters.h"
#include "api/platform.h"

namespace staves::api {

namespace {

std::string_view wanted_use_flag(std::string_view text) {
  if (text == "-*") return {};
  if (text.starts_with('-')) text.remove_prefix(1);
  return begins_and_goes_on(text, alphanumeric, alphanumeric_and("+_@-"))
             ? ""
             : "a USE flag such as nls, or one with a minus such as -nls";
}

std::string_view wanted_keyword(std::string_view text) {
  for (const std::string_view whole : {"*", "**", "~*", "-*"}) {
    if (text == whole) return {};
  }
  if (text.starts_with('-') || text.starts_with('~')) text.remove_prefix(1);
  return begins_and_goes_on(text, lower_case, lower_case + digits + Characters("-"))
             ? ""
             : "a keyword such as amd64, ~amd64 or **";
}

std::string_view wanted_license(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text == "*") return {};
  if (text.starts_with('@')) text.remove_prefix(1);
  return begins_and_goes_on(text, alphanumeric_and("_"), alphanumeric_and("+_.-"))
             ? ""
             : "the name of a licence such as GPL-2, or a group such as @EULA";
}

std::string_view wanted_environment_name(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric, alphanumeric_and("_.-"))
             ? ""
             : "the name of an environment: letters, digits, _, . and -, with a letter or a digit first";
}

/// "de", "de_DE", "C" or "POSIX".
bool is_language(std::string_view text) {
  if (text == "C" || text == "POSIX") return true;
  const auto mark = text.find('_');
  const std::string_view language = text.substr(0, mark);
  if (!consists_of(language, lower_case) || language.size() < 2 || language.size() > 3) return false;
  if (mark == std::string_view::npos) return true;
  const std::string_view country = text.substr(mark + 1);
  return country.size() == 2 && consists_of(country, upper_case);
}

bool is_locale_name(std::string_view text) {
  if (const auto mark = text.find('@'); mark != std::string_view::npos) {
    if (!consists_of(text.substr(mark + 1), lower_case + digits)) return false;
    text = text.substr(0, mark);
  }
  if (const auto mark = text.find('.'); mark != std::string_view::npos) {
    if (!consists_of(text.substr(mark + 1), alphanumeric_and("-"))) return false;
    text = text.substr(0, mark);
  }
  return is_language(text);
}

std::string_view wanted_locale_name(std::string_view text) {
  return is_locale_name(text) ? "" : "a locale such as de_DE.UTF-8, en_GB or C.UTF-8";
}

std::string_view wanted_charset(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric, alphanumeric_and("_.:()-")) ? "" : "a character set such as UTF-8";
}

std::string_view wanted_tag(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric_and("_"), alphanumeric_and("_.-"))
             ? ""
             : "a tag such as latest or 5.2 (letters, digits, _, . and -)";
}

std::string_view without_first(std::string_view text, const Characters& characters) {
  while (!text.empty() && characters.has(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view without_separator(std::string_view text) {
  if (text.starts_with('-')) return without_first(text, Characters("-"));
  const std::size_t length = text.starts_with("__") ? 2 : text.starts_with('_') || text.starts_with('.') ? 1 : 0;
  return text.substr(length);
}

/// Letters and digits with one separator between them: ".", "_", "__" or any number of "-".
bool is_path_part(std::string_view text) {
  constexpr Characters inner = lower_case + digits;
  while (!text.empty() && inner.has(text.front())) {
    const std::string_view rest = without_first(text, inner);
    if (rest.empty()) return true;
    text = without_separator(rest);
    if (text.size() == rest.size()) return false;
  }
  return false;
}

bool is_profile_part(std::string_view text) {
  return begins_and_goes_on(text, alphanumeric_and("_"), alphanumeric_and("_.+-"));
}

std::string_view wanted_profile(std::string_view text) {
  return all_parts(text, '/', is_profile_part)
             ? ""
             : "the path of a profile such as default/linux/amd64/23.0, without .. and a leading slash";
}

bool is_label(std::string_view text) {
  return consists_of(text, lower_case + digits + Characters("-"));
}

/// What is no host would be a name below Docker Hub, which nobody may push to by accident.
bool is_registry(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (!all_parts(host, '.', is_label)) return false;
  if (colon != std::string_view::npos) return is_port(text.substr(colon + 1));
  return host == "localhost" || host.contains('.');
}

bool is_repository(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && is_registry(text.substr(0, slash)) &&
         all_parts(text.substr(slash + 1), '/', is_path_part);
}

std::string_view wanted_repository(std::string_view text) {
  return is_repository(text)
             ? ""
             : "a registry and a name such as registry.example/team-a/bash, without a tag or a digest; a "
               "port is 1 to 65535";
}

std::string_view wanted_image_name(std::string_view text) {
  return is_repository(text) || all_parts(text, '/', is_path_part)
             ? ""
             : "the name of an image such as staves/bash or registry.example/team-a/bash, without a tag or a digest";
}

/// "libgomp.so" of "libgomp.so.1.0"; empty when the numbers are no part of their own.
std::string_view without_numbers(std::string_view name) {
  while (!name.empty() && digits.has(name.back())) {
    name = name.substr(0, name.find_last_not_of("0123456789") + 1);
    if (!name.ends_with('.')) return {};
    name.remove_suffix(1);
  }
  return name;
}

std::string_view wanted_soname(std::string_view text) {
  const std::string_view name = without_numbers(text);
  return name.size() > 3 && name.ends_with(".so") &&
                 begins_and_goes_on(name, alphanumeric_and("_"), alphanumeric_and("_.+-"))
             ? ""
             : "the soname of a library such as libgomp.so.1";
}

std::string_view wanted_mirror(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://", "ftp://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    if (consists_of(text, alphanumeric_and("._~:/?#@!&()*+,;=%[]-"))) return {};
  }
  return "a URL that begins with https://, http:// or ftp://";
}

bool is_object_label(std::string_view text) {
  constexpr Characters ends = lower_case + digits;
  return is_label(text) && ends.has(text.front()) && ends.has(text.back());
}

std::string_view wanted_object_name(std::string_view text) {
  return all_parts(text, '.', is_object_label) ? "" : "the name of an object (lower-case letters, digits, - and .)";
}

std::string_view wanted_config_map_key(std::string_view text) {
  return consists_of(text, alphanumeric_and("_.-")) ? "" : "a key of a ConfigMap such as staves.toml";
}

std::string_view wanted_platform(std::string_view text) {
  return is_platform(text) ? ""
                           : "one of linux/amd64 (also /v2, /v3, /v4), linux/arm64, linux/arm/v6, linux/arm/v7, "
                             "linux/loong64, linux/ppc64le, linux/riscv64 and linux/s390x";
}

std::string_view wanted_proxy(std::string_view text) {
  constexpr std::string_view wanted =
      "http:// with a host and a port such as http://proxy.example:3128, without a login";
  constexpr std::string_view scheme = "http://";
  if (!text.starts_with(scheme)) return wanted;
  text.remove_prefix(scheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto colon = text.find(':');
  const bool has_port = colon != std::string_view::npos && is_port(text.substr(colon + 1));
  return has_port && all_parts(text.substr(0, colon), '.', is_label) ? std::string_view() : wanted;
}

std::string_view wanted_no_proxy(std::string_view text) {
  return consists_of(text, alphanumeric_and("._:,/*-")) ? "" : "hosts, domains and networks with a comma between them";
}

}  // namespace

namespace word {
const Word package{255, wanted_package};
const Word atom{255, wanted_atom};
const Word use_flag{80, wanted_use_flag};
const Word keyword{64, wanted_keyword};
const Word license{128, wanted_license};
const Word environment_name{64, wanted_environment_name};
const Word profile{255, wanted_profile};
const Word locale_name{64, wanted_locale_name};
const Word charset{64, wanted_charset};
const Word tag{128, wanted_tag};
const Word image_name{255, wanted_image_name};
const Word repository{255, wanted_repository};
const Word soname{128, wanted_soname};
const Word mirror{512, wanted_mirror};
const Word object_name{253, wanted_object_name};
const Word queue_name{63, wanted_object_name};
const Word config_map_key{253, wanted_config_map_key};
const Word platform{64, wanted_platform};
const Word proxy{512, wanted_proxy};
const Word no_proxy{4096, wanted_no_proxy};
}  // namespace word

namespace word_list {
const WordList packages{&word::package, 256, true};
const WordList use{&word::use_flag, 96, false};
const WordList keywords{&word::keyword, 16, false};
const WordList license{&word::license, 64, false};
const WordList env{&word::environment_name, 8, true};
const WordList tags{&word::tag, 16, true};
const WordList sonames{&word::soname, 32, true};
const WordList mirrors{&word::mirror, 16, false};
const WordList platforms{&word::platform, most_platforms, true};
}  // namespace word_list

std::string problem_of(const Word& word, std::string_view text) {
  if (characters_of(text) > word.most_characters) {
    return "must have at most " + std::to_string(word.most_characters) + " characters";
  }
  const std::string_view wanted = word.wanted(text);
  return wanted.empty() ? "" : "must be " + std::string(wanted);
}

std::string shown_key(std::string_view key) {
  std::string shown = at_most(valid_utf8(key), 64);
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return shown.empty() ? "\"\"" : shown;
}

std::size_t characters_of(std::string_view text) {
  // Every byte but those that continue a character.
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace staves::api
