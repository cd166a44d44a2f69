#include "portage/package_database.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/files.h"
#include "portage/package_names.h"
#include "portage/removal.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

// RDEPEND and USE differ between a source and a binary merge in nothing; BUILD_ID and BUILD_TIME would.
constexpr std::array<std::string_view, 10> kept = {"CONTENTS", "EAPI", "IUSE", "KEYWORDS", "LICENSE",
                                                   "RDEPEND",  "SIZE", "SLOT", "USE",      "repository"};

constexpr std::size_t most_contents = 256U << 20U;

/// Directories of all packages: database/category/pf.
std::vector<fs::path> package_directories(const fs::path& database) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (const auto& category : fs::directory_iterator(database, failed)) {
    if (!category.is_directory(failed)) {
      continue;
    }
    for (const auto& package : fs::directory_iterator(category.path(), failed)) {
      // A merge that was broken off leaves "-MERGING-pf".
      if (package.is_directory(failed) && !package.path().filename().string().starts_with("-MERGING-")) {
        found.push_back(package.path());
      }
    }
  }
  std::ranges::sort(found);
  return found;
}

std::int64_t number_in(const fs::path& file) {
  std::int64_t value = 0;
  if (const auto text = base::read_file(file, 64)) {
    std::from_chars(text->data(), text->data() + text->size(), value);
  }
  return value;
}

base::Done reduce_package(const fs::path& package) {
  std::error_code failed;
  std::vector<fs::path> surplus;
  for (const auto& file : fs::directory_iterator(package, failed)) {
    if (std::ranges::find(kept, file.path().filename().string()) == kept.end()) {
      surplus.push_back(file.path());
    }
  }
  for (const auto& file : surplus) {
    fs::remove_all(file, failed);
    if (failed) {
      return base::fail("FileUnwritable", "removing " + file.string() + ": " + failed.message(), base::Retry::never());
    }
  }
  return {};
}

/// Portage counts merges, whose order is chance; it asks only for numbers that differ. And it keeps a cache of the
/// other files with the time of the merge in it, which it makes anew.
base::Done settle_merge(const fs::path& package, int number) {
  const auto cache = package / "metadata";
  if (const auto text = base::read_file(cache); text && text->starts_with("#format=")) TRY(remove_path(cache));
  const auto counter = package / "COUNTER";
  std::error_code failed;
  return fs::exists(counter, failed) ? base::write_file_atomically(counter, std::to_string(number)) : base::Done();
}

/// "obj /path md5 1700000000" with the time at the end settled; a line of another kind as it is.
std::string settled_line(std::string_view line, std::int64_t epoch) {
  const auto space = line.rfind(' ');
  if (space == std::string_view::npos || (!line.starts_with("obj ") && !line.starts_with("sym "))) {
    return std::string(line);
  }
  std::int64_t time = 0;
  const auto text = line.substr(space + 1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  const bool is_time = error == std::errc() && end == text.data() + text.size();
  // A link has the time of its merge.
  return is_time && (time > epoch || line.starts_with("sym "))
             ? std::string(line.substr(0, space + 1)) + std::to_string(epoch)
             : std::string(line);
}

/// The path of a line of CONTENTS: "dir /usr", "obj /path md5 time", "sym /path -> target time". It may hold spaces.
fs::path path_of(std::string_view line) {
  const auto begin = line.find(' ');
  if (begin == std::string_view::npos) return {};
  auto path = line.substr(begin + 1);
  if (line.starts_with("sym ")) return path.substr(0, path.find(" -> "));
  if (!line.starts_with("obj ")) return path;
  for (int words = 0; words < 2; ++words) path = path.substr(0, path.rfind(' '));
  return path;
}

base::Done settle_package(const fs::path& package, std::int64_t epoch) {
  const auto contents = base::read_file(package / "CONTENTS", most_contents);
  return contents ? base::write_file_atomically(package / "CONTENTS", settled_contents(*contents, epoch))
                  : base::Done();
}

}  // namespace

bool InstalledPackages::has(std::string_view name) const {
  return std::ranges::any_of(cpvs, [&](const std::string& cpv) { return package_name(cpv) == name; });
}

InstalledPackages installed_packages(const fs::path& database) {
  InstalledPackages installed;
  for (const auto& directory : package_directories(database)) {
    installed.cpvs.push_back(directory.parent_path().filename().string() + "/" + directory.filename().string());
    installed.newest_build_time = std::max(installed.newest_build_time, number_in(directory / "BUILD_TIME"));
  }
  return installed;
}

std::string owner_of(const fs::path& database, const std::string& file) {
  // A package may say /bin/x where the link /bin leads to /usr/bin.
  const std::string as_is = "obj " + file + " ";
  const std::string unmerged = file.starts_with("/usr/") ? "obj " + file.substr(4) + " " : as_is;
  for (const auto& directory : package_directories(database)) {
    const auto contents = base::read_file(directory / "CONTENTS", most_contents);
    if (contents && (contents->find(as_is) != std::string::npos || contents->find(unmerged) != std::string::npos)) {
      return directory.parent_path().filename().string() + "/" + directory.filename().string();
    }
  }
  return {};
}

std::string settled_contents(std::string_view contents, std::int64_t epoch) {
  std::vector<std::string> lines;
  while (!contents.empty()) {
    const auto end = contents.find('\n');
    lines.push_back(settled_line(contents.substr(0, end), epoch));
    contents = end == std::string_view::npos ? std::string_view() : contents.substr(end + 1);
  }
  std::ranges::sort(lines);
  std::string out;
  for (const auto& line : lines) {
    out += line + "\n";
  }
  return out;
}

base::Done forget_absent_files(const fs::path& database, const fs::path& rootfs) {
  for (const auto& package : package_directories(database)) {
    const auto before = base::read_file(package / "CONTENTS", most_contents);
    std::string after;
    std::string_view rest = before ? std::string_view(*before) : std::string_view();
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const auto line = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      std::error_code failed;
      if (fs::exists(fs::symlink_status(rootfs / path_of(line).relative_path(), failed))) {
        after.append(line).append("\n");
      }
    }
    if (before && after != *before) TRY(base::write_file_atomically(package / "CONTENTS", after));
  }
  return {};
}

base::Done reduce_package_database(const fs::path& database, api::PackageDatabase keep, std::int64_t epoch) {
  std::error_code failed;
  if (keep == api::PackageDatabase::None) {
    fs::remove_all(database, failed);
    // The directories above it are of no use without it; others may have files there.
    fs::remove(database.parent_path(), failed);
    return {};
  }
  for (const auto& entry : fs::directory_iterator(database, failed)) {
    if (entry.path().filename().string().starts_with('.')) {
      std::error_code ignored;
      fs::remove_all(entry.path(), ignored);
    }
  }
  int number = 0;
  for (const auto& package : package_directories(database)) {
    if (keep == api::PackageDatabase::Minimal) {
      TRY(reduce_package(package));
    } else {
      TRY(settle_merge(package, ++number));
    }
    TRY(settle_package(package, epoch));
  }
  return {};
}

}  // namespace staves::portage
