#include "portage/cache_contents.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string_view>

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> package_endings = {".gpkg.tar", ".xpak", ".tbz2"};

/// The name without the ending of a binary package; nothing for another file.
std::optional<std::string> package_stem(const std::string& file) {
  for (const auto ending : package_endings) {
    if (file.ends_with(ending)) return file.substr(0, file.size() - ending.size());
  }
  return std::nullopt;
}

/// The same of one that is being packed: "bash-5.2-1.gpkg.tarabcdef12.345".
std::string unfinished_stem(const std::string& file) {
  for (const auto ending : package_endings) {
    if (const auto at = file.find(ending); at != std::string::npos) return file.substr(0, at);
  }
  return file;
}

std::int64_t size_of(const struct stat& status) {
  return S_ISREG(status.st_mode) ? status.st_size : 0;
}

void look_at_package(const CachePlaces& places, const std::string& key, const fs::path& file, CacheContents& found) {
  struct stat status{};
  const std::string name = file.filename().string();
  // Locks of Portage begin with a dot; it removes them itself.
  if (name.starts_with('.') || ::lstat(file.c_str(), &status) != 0) return;
  const auto category = file.parent_path().parent_path().filename().string() + "/";
  const auto stem = package_stem(name);
  if (!stem || !S_ISREG(status.st_mode) || status.st_size == 0) {
    found.unfinished.push_back({key, category + unfinished_stem(name), file, size_of(status), status.st_mtime});
    return;
  }
  CachedPackage package{key, category + *stem, file, status.st_size, status.st_mtime};
  for (const auto& listed : {package.name, without_build_id(package.name)}) {
    struct stat used{};
    if (::lstat((places.last_use(key) / listed).c_str(), &used) == 0) {
      package.used_at = std::max<std::int64_t>(package.used_at, used.st_mtime);
    }
  }
  found.packages.push_back(std::move(package));
}

/// What quickpkg had begun lies beside the packages' directories: "app-shells/bash-5.2.gpkg.tar.345".
void look_at_packing(const std::string& key, const fs::path& file, CacheContents& found) {
  struct stat status{};
  const std::string name = file.filename().string();
  if (name.starts_with('.') || ::lstat(file.c_str(), &status) != 0) return;
  const auto category = file.parent_path().filename().string() + "/";
  found.unfinished.push_back({key, category + unfinished_stem(name), file, size_of(status), status.st_mtime});
}

/// Packages lie two directories deep: category, name.
void look_at_partition(const CachePlaces& places, const std::string& key, CacheContents& found) {
  std::error_code failed;
  const auto each = [&failed](const fs::path& directory, auto&& visit) {
    for (const auto& entry : fs::directory_iterator(directory, failed)) visit(entry.path());
  };
  each(places.binpkgs / key, [&](const fs::path& category) {
    if (!fs::is_directory(fs::symlink_status(category, failed))) return;
    each(category, [&](const fs::path& name) {
      if (!fs::is_directory(fs::symlink_status(name, failed))) return look_at_packing(key, name, found);
      each(name, [&](const fs::path& file) { look_at_package(places, key, file, found); });
    });
  });
}

bool is_broken_archive(const std::string& name) {
  return name.ends_with(".__download__") || name.find("._checksum_failure_.") != std::string::npos ||
         name.ends_with(".portage_lockfile");
}

void look_at_archives(const CachePlaces& places, CacheContents& found) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(places.distfiles, failed)) {
    struct stat status{};
    const std::string name = entry.path().filename().string();
    if (entry.path() == places.archives_lock() || ::lstat(entry.path().c_str(), &status) != 0) continue;
    // When it came here: downloads keep the server's time as their own.
    CachedArchive archive{entry.path(), size_of(status), status.st_ctime};
    if (is_broken_archive(name)) {
      found.broken_archives.push_back(std::move(archive));
    } else if (S_ISREG(status.st_mode)) {
      found.archives.push_back(std::move(archive));
    }
  }
}

std::int64_t sum(const auto& all) {
  return std::accumulate(all.begin(), all.end(), std::int64_t{0},
                         [](std::int64_t bytes, const auto& one) { return bytes + one.bytes; });
}

}  // namespace

std::int64_t CacheContents::package_bytes() const {
  return sum(packages);
}
std::int64_t CacheContents::archive_bytes() const {
  return sum(archives);
}

CacheContents look_at_cache(const CachePlaces& places) {
  CacheContents found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(places.binpkgs, failed)) {
    const auto name = entry.path().filename().string();
    if (is_partition_name(name)) look_at_partition(places, name, found);
  }
  look_at_archives(places, found);
  return found;
}

}  // namespace staves::portage
