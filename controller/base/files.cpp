#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <system_error>
#include <utility>

#include "base/descriptor.h"

namespace staves::base {

namespace {

std::unexpected<Error> unreadable(const std::filesystem::path& path, int number) {
  const bool missing = number == ENOENT || number == ENOTDIR;
  return fail(missing ? "FileNotFound" : "FileUnreadable", "reading " + path.string() + ": " + std::strerror(number),
              Retry::never());
}

std::unexpected<Error> unwritable(const std::filesystem::path& path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(full ? "DiskFull" : "FileUnwritable", "writing " + path.string() + ": " + std::strerror(number),
              full ? Retry::soon() : Retry::never());
}

std::unexpected<Error> too_large(const std::filesystem::path& path, std::size_t max_bytes) {
  return fail("FileTooLarge", path.string() + " has more than " + std::to_string(max_bytes) + " bytes", Retry::never());
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Done write_and_close(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file.number() < 0) return unwritable(path, errno);
  // The umask and an older file of this name would have their say otherwise.
  if (::fchmod(file.number(), mode) != 0) return unwritable(path, errno);
  if (!write_all(file.number(), bytes) || !file.close()) return unwritable(path, errno);
  return {};
}

}  // namespace

namespace {

Result<std::string> read_regular_file(const std::filesystem::path& path, std::size_t max_bytes, int more_flags) {
  // Not blocking: a FIFO in place of the file must not hold the reader.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | more_flags));
  struct stat status{};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return unreadable(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail("FileUnreadable", path.string() + " is not a regular file", Retry::never());
  }
  if (std::cmp_greater(status.st_size, max_bytes)) return too_large(path, max_bytes);
  // Files in /proc and /sys say that they are empty, so the size is only a hint.
  std::string text;
  std::size_t have = 0;
  while (true) {
    text.resize(std::max(have + 4096, static_cast<std::size_t>(status.st_size) + 1));
    const ssize_t count = ::read(file.number(), text.data() + have, text.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path, errno);
    have += static_cast<std::size_t>(count);
    if (have > max_bytes) return too_large(path, max_bytes);
    if (count == 0) break;
  }
  text.resize(have);
  return text;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  return read_regular_file(path, max_bytes, O_NOFOLLOW);
}

Result<std::string> read_mounted_file(const std::filesystem::path& path, std::size_t max_bytes) {
  return read_regular_file(path, max_bytes, 0);
}

Done write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  if (auto written = write_and_close(temporary, bytes, mode); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(temporary.c_str());
    return unwritable(path, number);
  }
  return {};
}

Done make_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return unwritable(path, error.value());
  if (!std::filesystem::is_directory(path, error)) return unwritable(path, ENOTDIR);
  return {};
}

std::uint64_t bytes_below(const std::filesystem::path& directory) {
  namespace fs = std::filesystem;
  std::uint64_t bytes = 0;
  std::set<std::pair<dev_t, ino_t>> linked;
  std::error_code error;
  fs::recursive_directory_iterator entries(directory, fs::directory_options::skip_permission_denied, error);
  while (!error && entries != fs::recursive_directory_iterator()) {
    struct stat status{};
    const bool counts = ::lstat(entries->path().c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                        (status.st_nlink == 1 || linked.emplace(status.st_dev, status.st_ino).second);
    if (counts) bytes += static_cast<std::uint64_t>(status.st_size);
    // What others remove meanwhile ends the count early; a size is only ever a moment's.
    entries.increment(error);
  }
  return bytes;
}

}  // namespace staves::base
