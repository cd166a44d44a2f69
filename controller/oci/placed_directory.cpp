#include "oci/placed_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include "base/log.h"
#include "oci/retry_policy.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

constexpr std::chrono::milliseconds look_again{200};

std::unexpected<base::Error> unwritable(const std::filesystem::path& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? "DiskFull" : "FileUnwritable", "writing " + path.string() + ": " + std::strerror(errno),
              full ? Retry::soon() : Retry::never());
}

}  // namespace

bool is_placed(const std::filesystem::path& place) {
  struct stat status{};
  return ::lstat(place.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<base::Descriptor> lock_place(const std::filesystem::path& place, const std::stop_token& stop) {
  const auto path = place.string() + ".lock";
  base::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!lock.valid()) return unwritable(path);
  for (bool told = false; ::flock(lock.number(), LOCK_EX | LOCK_NB) != 0;) {
    if (errno != EWOULDBLOCK && errno != EINTR) return unwritable(path);
    if (!told) base::log_info("another build fetches the same", {{"lock", path}});
    told = true;
    if (!pause(look_again, stop)) return fail("Cancelled", "told to stop while waiting for " + path, Retry::never());
  }
  ::futimens(lock.number(), nullptr);
  return lock;
}

void sweep_unfinished(const std::filesystem::path& place) {
  const std::string prefix = place.filename().string() + ".tmp.";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(place.parent_path(), ignored)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    base::log_info("removing what a run that died has left", {{"path", entry.path().string()}});
    std::filesystem::remove_all(entry.path(), ignored);
  }
}

Result<UnfinishedDirectory> UnfinishedDirectory::make(const std::filesystem::path& place) {
  std::random_device random;
  std::filesystem::path path = place.string() + ".tmp." + std::to_string(random());
  if (::mkdir(path.c_str(), 0755) != 0) return unwritable(path);
  return UnfinishedDirectory(std::move(path));
}

UnfinishedDirectory::UnfinishedDirectory(UnfinishedDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

UnfinishedDirectory::~UnfinishedDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Done place_directory(const std::filesystem::path& finished, const std::filesystem::path& place) {
  if (::rename(finished.c_str(), place.c_str()) != 0) return unwritable(place);
  const base::Descriptor parent(::open(place.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return ::fsync(parent.number()) == 0 ? Done() : unwritable(place.parent_path());
}

}  // namespace staves::oci
