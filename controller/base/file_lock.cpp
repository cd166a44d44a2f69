#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "base/files.h"

namespace staves::base {
namespace {

constexpr std::chrono::milliseconds look_again{50};

Result<Descriptor> open_for_lock(const std::filesystem::path& path) {
  TRY(make_directories(path.parent_path()));
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (file.valid()) return file;
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? "DiskFull" : "FileUnwritable", "opening " + path.string() + ": " + std::strerror(errno),
              full ? Retry::soon() : Retry::never());
}

bool lock_now(const Descriptor& file, FileLock::Kind kind) {
  const int operation = kind == FileLock::Kind::Shared ? LOCK_SH | LOCK_NB : LOCK_EX | LOCK_NB;
  return ::flock(file.number(), operation) == 0;
}

}  // namespace

Result<FileLock> FileLock::take(const std::filesystem::path& path, Kind kind, std::chrono::milliseconds patience,
                                const std::stop_token& stop) {
  TRY_ASSIGN(Descriptor file, open_for_lock(path));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!lock_now(file, kind)) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail("FileUnwritable", "locking " + path.string() + ": " + std::strerror(errno), Retry::never());
    }
    if (stop.stop_requested()) return fail("Cancelled", "told to stop while waiting for a lock", Retry::never());
    if (std::chrono::steady_clock::now() >= until) {
      return fail("LockTimeout", path.string() + " is held by another build", Retry::soon());
    }
    std::this_thread::sleep_for(look_again);
  }
  return FileLock(std::move(file));
}

Result<std::optional<FileLock>> FileLock::try_take(const std::filesystem::path& path, Kind kind) {
  TRY_ASSIGN(Descriptor file, open_for_lock(path));
  if (!lock_now(file, kind)) return std::optional<FileLock>();
  return std::optional<FileLock>(FileLock(std::move(file)));
}

std::optional<FileLock> FileLock::try_share_existing(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid() || !lock_now(file, Kind::Shared)) return std::nullopt;
  return FileLock(std::move(file));
}

bool FileLock::is_held(const std::filesystem::path& path) {
  // Opened for writing: NFS gives an exclusive lock to nobody else.
  const Descriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file.valid() && !lock_now(file, Kind::Exclusive);
}

}  // namespace staves::base
