#include "portage/other_binaries.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/files.h"
#include "base/json.h"
#include "nlohmann/json.hpp"
#include "portage/package_files.h"
#include "portage/package_origin.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_bytes = 64U << 20U;

/// Whether two paths are the same: both absent, files or links with the same content, directories with the same below.
bool same(const fs::path& one, const fs::path& other) {
  std::error_code failed;
  const auto type = fs::symlink_status(one, failed).type();
  if (type != fs::symlink_status(other, failed).type()) return false;
  if (type == fs::file_type::not_found) return true;
  if (type == fs::file_type::symlink) return fs::read_symlink(one, failed) == fs::read_symlink(other, failed);
  if (type == fs::file_type::regular) {
    const auto first = base::read_file(one, most_file_bytes);
    const auto second = base::read_file(other, most_file_bytes);
    return first && second && *first == *second;
  }
  if (type != fs::file_type::directory) return false;
  const auto all_in = [&failed](const fs::path& here, const fs::path& there) {
    for (const auto& entry : fs::directory_iterator(here, failed)) {
      if (!same(entry.path(), there / entry.path().filename())) return false;
    }
    return true;
  };
  return all_in(one, other) && all_in(other, one);
}

class Judge {
 public:
  Judge(const Paths& paths, const std::vector<Overlay>& overlays, const OriginOf& origin_of)
      : paths_(paths), overlays_(overlays), origin_of_(origin_of) {}

  /// Whether the version of the package comes from `tree` or an overlay, and from which.
  bool is_other(const BinaryPackage& package, const std::string& tree) {
    const Overlay* own = nullptr;
    std::optional<std::int64_t> highest;
    for (const auto& overlay : overlays_) {
      if (overlay.name == package.repository) own = &overlay;
      std::error_code ignored;
      if (fs::exists(ebuild(paths_.inside(overlay.location), package), ignored)) {
        highest = std::max(highest.value_or(overlay.priority), overlay.priority);
      }
    }
    if (own == nullptr) return package.repository != tree || highest;
    if (!highest || own->priority < *highest) return true;
    return !is_unchanged(*own, package);
  }

 private:
  static fs::path folder(const fs::path& overlay, const BinaryPackage& package) {
    return overlay / package.category / package.name;
  }
  static fs::path ebuild(const fs::path& overlay, const BinaryPackage& package) {
    return folder(overlay, package) / (package.full_name + ".ebuild");
  }

  bool is_unchanged(const Overlay& overlay, const BinaryPackage& package) {
    // Portage brings it anew each time; what it had then is gone.
    if (overlay.revision.empty()) return false;
    const std::string origin = origin_of_(package);
    if (origin == overlay.revision) return true;
    if (!api::is_revision(origin)) return false;
    const fs::path now = paths_.inside(overlay.location);
    const fs::path then = now.parent_path() / origin;
    std::error_code ignored;
    if (!fs::is_directory(then, ignored)) return false;
    const auto [known, is_new] = eclasses_.try_emplace({overlay.name, origin}, false);
    if (is_new) known->second = same(then / "eclass", now / "eclass");
    return known->second && same(ebuild(then, package), ebuild(now, package)) &&
           same(folder(then, package) / "files", folder(now, package) / "files") &&
           same(folder(then, package) / "Manifest", folder(now, package) / "Manifest");
  }

  const Paths& paths_;
  const std::vector<Overlay>& overlays_;
  const OriginOf& origin_of_;
  std::map<std::pair<std::string, std::string>, bool> eclasses_;
};

}  // namespace

std::vector<BinaryPackage> other_binaries(const Paths& paths, const std::vector<BinaryPackage>& index,
                                          const std::vector<Overlay>& overlays, const std::string& tree,
                                          const OriginOf& origin_of) {
  Judge judge(paths, overlays, origin_of);
  std::vector<BinaryPackage> others;
  std::ranges::copy_if(index, std::back_inserter(others),
                       [&](const BinaryPackage& package) { return judge.is_other(package, tree); });
  return others;
}

base::Done mask_other_binaries(const Paths& paths, const fs::path& pkgdir, std::string_view index,
                               const std::vector<Overlay>& overlays, const std::string& tree,
                               const std::vector<std::string>& gone, const std::stop_token& stop) {
  const auto origin = [&](const BinaryPackage& package) { return origin_of(pkgdir, package, stop); };
  std::string masked;
  std::string keywords;
  const auto mask = [&](const std::string& atom) {
    masked += atom + "\n";
    // An unmasked atom of the user would bring it back.
    keywords += atom + " -*\n";
  };
  for (const std::string& cpv : gone) mask("=" + cpv + "::" + tree);
  for (const auto& package : other_binaries(paths, read_binary_index(index), overlays, tree, origin)) {
    mask("=" + package.category + "/" + package.full_name + "-" + package.build_id + "::" + package.repository);
  }
  if (masked.empty()) return {};
  TRY(add_portage_file(paths.etc_portage(), "package.mask", masked));
  return add_portage_file(paths.etc_portage(), "package.accept_keywords", keywords);
}

}  // namespace staves::portage
