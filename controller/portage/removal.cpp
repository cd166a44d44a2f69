#include "portage/removal.h"

#include <sys/stat.h>

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

void count(const fs::path& path, api::LeftOut& out) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return;
  ++out.files;
  if (S_ISREG(status.st_mode)) out.bytes += status.st_size;
}

}  // namespace

base::Done remove_path(const fs::path& path) {
  std::error_code failed;
  fs::remove_all(path, failed);
  if (failed) {
    return base::fail("FileUnwritable", "removing " + path.string() + ": " + failed.message(), base::Retry::never());
  }
  return {};
}

base::Done remove_counted(const fs::path& path, api::LeftOut& out) {
  std::error_code failed;
  count(path, out);
  if (fs::is_directory(fs::symlink_status(path, failed))) {
    for (fs::recursive_directory_iterator entry(path, failed), end; !failed && entry != end; entry.increment(failed)) {
      count(entry->path(), out);
    }
  }
  return remove_path(path);
}

}  // namespace staves::portage
