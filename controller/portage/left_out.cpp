#include "portage/left_out.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "portage/image_locale.h"
#include "portage/removal.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> library_directories = {"lib",     "lib32",     "lib64",     "libx32",
                                                                 "usr/lib", "usr/lib32", "usr/lib64", "usr/libx32"};
constexpr std::array<std::string_view, 3> header_directories = {"usr/include", "usr/share/pkgconfig",
                                                                "usr/share/aclocal"};
constexpr std::array<std::string_view, 4> document_directories = {"usr/share/man", "usr/share/info", "usr/share/doc",
                                                                  "usr/share/gtk-doc"};
constexpr std::array<std::string_view, 4> compilers = {"sys-devel/gcc", "llvm-core/clang", "sys-devel/clang",
                                                       "dev-lang/tcc"};
constexpr std::array<std::string_view, 7> portage_state = {"var/cache/edb",       "var/cache/eix",
                                                           "var/lib/gentoo/news", "var/log/portage",
                                                           "var/log/emerge.log",  "var/log/emerge-fetch.log",
                                                           "var/db/repos"};
constexpr std::array<std::string_view, 3> without_portage = {"etc/portage", "var/lib/portage", "var/cache/binpkgs"};

/// Removes the entries of a directory that the rule names, and the directory itself when nothing is left of it.
base::Done remove_entries(const fs::path& directory, const std::function<bool(const fs::directory_entry&)>& surplus,
                          api::LeftOut& out) {
  std::error_code failed;
  if (fs::is_symlink(directory, failed) || !fs::is_directory(directory, failed)) return {};
  std::vector<fs::path> going;
  for (const auto& entry : fs::directory_iterator(directory, failed)) {
    if (surplus(entry)) going.push_back(entry.path());
  }
  for (const auto& path : going) TRY(remove_counted(path, out));
  if (!going.empty() && fs::is_empty(directory, failed)) fs::remove(directory, failed);
  return {};
}

/// Only directly in a directory of libraries: deeper ones belong to programs that load them.
bool is_for_linking(const fs::directory_entry& entry) {
  const auto extension = entry.path().extension();
  std::error_code failed;
  if (entry.is_directory(failed) && !entry.is_symlink(failed)) {
    const auto name = entry.path().filename();
    return name == "pkgconfig" || name == "cmake";
  }
  return extension == ".a" || extension == ".la";
}

base::Done leave_headers_out(const fs::path& rootfs, const InstalledPackages& installed, api::LeftOut& out) {
  if (std::ranges::any_of(compilers, [&](std::string_view name) { return installed.has(name); })) return {};
  for (const auto directory : header_directories) TRY(remove_counted(rootfs / directory, out));
  // CMake's own modules are there as well.
  if (!installed.has("dev-build/cmake")) TRY(remove_counted(rootfs / "usr/share/cmake", out));
  for (const auto directory : library_directories) TRY(remove_entries(rootfs / directory, is_for_linking, out));
  return {};
}

base::Done leave_translations_out(const fs::path& rootfs, const api::Locale& locale, api::LeftOut& out) {
  TRY(remove_counted(rootfs / "usr/share/i18n", out));
  TRY(remove_entries(
      rootfs / "usr/share/locale",
      [&](const fs::directory_entry& entry) {
        std::error_code failed;
        return entry.is_directory(failed) && !serves_locale(entry.path().filename().string(), locale.name);
      },
      out));
  const std::array<std::string, 4> used = {"C.utf8", "C.UTF-8", "POSIX", locale_directory(locale.name)};
  return remove_entries(
      rootfs / "usr/lib/locale",
      [&](const fs::directory_entry& entry) {
        return std::ranges::find(used, entry.path().filename().string()) == used.end();
      },
      out);
}

base::Done leave_portage_out(const fs::path& rootfs, const InstalledPackages& installed, api::LeftOut& out) {
  for (const auto path : portage_state) TRY(remove_counted(rootfs / path, out));
  if (installed.has("sys-apps/portage")) return {};
  for (const auto path : without_portage) TRY(remove_counted(rootfs / path, out));
  return {};
}

/// "de_AT.UTF-8@euro" in its parts, the character set left aside.
struct Language {
  std::string_view language;
  std::string_view territory;
  std::string_view modifier;

  explicit Language(std::string_view name) {
    const auto at = name.find('@');
    if (at != std::string_view::npos) modifier = name.substr(at + 1);
    name = name.substr(0, at);
    name = name.substr(0, name.find('.'));
    language = name.substr(0, name.find('_'));
    if (language.size() < name.size()) territory = name.substr(language.size() + 1);
  }
};

}  // namespace

bool serves_locale(std::string_view directory, std::string_view locale) {
  if (locale.empty()) return false;
  const Language offered(directory);
  const Language wanted(locale);
  const auto serves = [](std::string_view offer, std::string_view want) { return offer.empty() || offer == want; };
  return offered.language == wanted.language && serves(offered.territory, wanted.territory) &&
         serves(offered.modifier, wanted.modifier);
}

base::Done leave_out(const fs::path& rootfs, const InstalledPackages& installed, const api::Keep& keep,
                     const api::Locale& locale, api::LeftOut& out) {
  if (!keep.headers) TRY(leave_headers_out(rootfs, installed, out));
  if (!keep.translations) TRY(leave_translations_out(rootfs, locale, out));
  if (!keep.portage_state) TRY(leave_portage_out(rootfs, installed, out));
  if (keep.documents) return {};
  for (const auto directory : document_directories) TRY(remove_counted(rootfs / directory, out));
  return {};
}

}  // namespace staves::portage
