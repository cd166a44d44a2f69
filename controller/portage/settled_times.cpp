#include "portage/settled_times.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "base/files.h"
#include "portage/package_database.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_contents = 256U << 20U;

/// Path and time of "obj /path md5 1700000000"; an empty path for another line.
std::pair<std::string_view, std::int64_t> object_of(std::string_view line) {
  const auto time_at = line.rfind(' ');
  const auto sum_at = time_at == std::string_view::npos ? time_at : line.rfind(' ', time_at - 1);
  if (!line.starts_with("obj /") || sum_at == std::string_view::npos || sum_at < 5) return {};
  std::int64_t time = 0;
  std::from_chars(line.data() + time_at + 1, line.data() + line.size(), time);
  return {line.substr(5, sum_at - 5), time};
}

base::Done set_time(const fs::path& path, std::int64_t epoch) {
  const timespec times[2] = {{epoch, 0}, {epoch, 0}};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
    return base::fail("FileUnwritable", "setting the time of " + path.string() + ": " + std::strerror(errno),
                      base::Retry::never());
  }
  return {};
}

}  // namespace

PackageTimes::PackageTimes(const fs::path& rootfs) : rootfs_(rootfs) {
  const auto database = rootfs / "var/db/pkg";
  for (const auto& cpv : installed_packages(database).cpvs) {
    const auto contents = base::read_file(database / cpv / "CONTENTS", most_contents);
    std::string_view rest = contents ? std::string_view(*contents) : std::string_view();
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const auto [path, time] = object_of(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      struct stat status{};
      // A file that was changed after its merge has another time.
      if (!path.empty() && ::lstat((rootfs / path).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
          status.st_mtim.tv_sec == time) {
        owned_.emplace(status.st_dev, status.st_ino);
      }
    }
  }
}

base::Done PackageTimes::settle_others(std::int64_t epoch) const {
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(rootfs_, failed), end; !failed && entry != end; entry.increment(failed)) {
    struct stat status{};
    if (::lstat(entry->path().c_str(), &status) == 0 && !owned_.contains({status.st_dev, status.st_ino})) {
      TRY(set_time(entry->path(), epoch));
    }
  }
  if (failed) return base::fail("FileUnwritable", "reading the root: " + failed.message(), base::Retry::never());
  return {};
}

}  // namespace staves::portage
