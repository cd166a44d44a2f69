#include "portage/image_locale.h"

#include <algorithm>
#include <cctype>

#include "base/process.h"
#include "portage/emerge_command.h"
#include "portage/stage3_libc.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view phase = "locale";

/// language[.codeset][@modifier]
struct Parts {
  std::string_view language;
  std::string_view codeset;
  std::string_view modifier;  ///< with its @
};

Parts parts_of(std::string_view name) {
  const auto at = name.find('@');
  const auto before = name.substr(0, at);
  const auto dot = before.find('.');
  return {.language = before.substr(0, dot),
          .codeset = dot == std::string_view::npos ? std::string_view() : before.substr(dot + 1),
          .modifier = at == std::string_view::npos ? std::string_view() : name.substr(at)};
}

/// As glibc does: letters and digits only, in lower case, "iso" before a number.
std::string plain_codeset(std::string_view codeset) {
  std::string plain;
  for (const char c : codeset) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  const bool number = !plain.empty() && plain.find_first_not_of("0123456789") == std::string::npos;
  return number ? "iso" + plain : plain;
}

bool needs_definition(const api::Locale& locale) {
  const auto language = parts_of(locale.name).language;
  return !language.empty() && language != "C" && language != "POSIX";
}

std::unexpected<api::Failure> refuse(const std::string& message) {
  return fail_part(api::FailureClass::InvalidConfiguration, std::string(phase), message);
}

}  // namespace

std::string locale_directory(std::string_view name) {
  const auto parts = parts_of(name);
  std::string directory(parts.language);
  if (!parts.codeset.empty()) directory += "." + plain_codeset(parts.codeset);
  return directory.append(parts.modifier);
}

std::string locale_definition(std::string_view name) {
  const auto parts = parts_of(name);
  return std::string(parts.language).append(parts.modifier);
}

Part<> check_locale(const fs::path& system, const api::Locale& locale) {
  if (!needs_definition(locale)) return {};
  if (libc_of(system).starts_with("musl-")) {
    return refuse("spec.locale: the builder's libc is musl, which has no locale " + locale.name +
                  ": its programs speak C.UTF-8; remove spec.locale, or use a builder with glibc");
  }
  const auto known = system / "usr/share/i18n";
  const auto definition = locale_definition(locale.name);
  std::error_code ignored;
  if (!fs::is_regular_file(known / "locales" / definition, ignored)) {
    return refuse("spec.locale.name: the builder's stage3 has no definition of " + definition +
                  " (/usr/share/i18n/locales)");
  }
  const auto charmap = known / "charmaps" / locale.charset;
  if (!fs::is_regular_file(charmap, ignored) && !fs::is_regular_file(charmap.string() + ".gz", ignored)) {
    return refuse("spec.locale.charset: the builder's stage3 has no character set " + locale.charset +
                  " (/usr/share/i18n/charmaps)");
  }
  return {};
}

Part<> make_locale(const fs::path& rootfs, const api::Locale& locale) {
  if (!needs_definition(locale)) return {};
  const auto directory = rootfs / "usr/lib/locale" / locale_directory(locale.name);
  std::error_code failed;
  fs::remove_all(directory, failed);
  fs::create_directories(directory.parent_path(), failed);
  // A directory of its own and no archive: the same bytes whatever else is there. Definitions have warnings of old.
  const base::Command command{
      .arguments = {"localedef", "--no-archive", "--no-hard-links", "--force",
                    "--inputfile=" + locale_definition(locale.name), "--charmap=" + locale.charset, directory.string()},
      .environment = portage_environment(),
      .directory = "/",
      .deadline = {}};
  std::string last;
  const auto end = base::run_process(command, [&](std::string_view line) { last = line; });
  if (!end) return fail_part(std::string(phase), end.error());
  // Warnings end with 1 as well.
  if (end->exit_code > 1 || !fs::is_regular_file(directory / "LC_CTYPE", failed)) {
    return refuse("spec.locale: " + locale.name + " with " + locale.charset + " cannot be compiled: " + last);
  }
  return {};
}

}  // namespace staves::portage
