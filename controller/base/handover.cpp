#include "base/handover.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/descriptor.h"
#include "base/files.h"

namespace staves::base {
namespace {

constexpr std::size_t max_done_bytes = 64U << 10U;
constexpr std::size_t max_progress_bytes = 4U << 10U;
constexpr std::chrono::milliseconds look_again{2000};
// While the directory itself is not there, nothing tells of changes.
constexpr std::chrono::milliseconds look_for_directory{100};
constexpr std::chrono::milliseconds progress_pause{1000};
// The kernel tells of the close just before it drops the lock, so a first look may come too early.
constexpr std::chrono::milliseconds after_close{10};
constexpr int looks_after_close = 20;

enum class LockState { Absent, Held, Left };

Result<LockState> lock_state(const std::filesystem::path& directory) {
  const auto path = directory / "lock";
  const Descriptor lock(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!lock.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return LockState::Absent;
    }
    return fail("HandoverUnreadable", "opening " + path.string() + ": " + std::strerror(errno), Retry::never());
  }
  struct stat status{};
  if (::fstat(lock.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail("HandoverUnreadable", path.string() + " is not a regular file", Retry::never());
  }
  return ::flock(lock.number(), LOCK_SH | LOCK_NB) == 0 ? LockState::Left : LockState::Held;
}

/// The text of `done`, or nothing while there is none.
Result<std::optional<std::string>> read_done(const std::filesystem::path& directory) {
  auto text = read_file(directory / "done", max_done_bytes);
  if (text) {
    return std::optional(*std::move(text));
  }
  if (text.error().code == "FileNotFound") {
    return std::optional<std::string>();
  }
  return fail("HandoverUnreadable", text.error().message, Retry::never());
}

/// Wakes a waiter on changes of a directory and on a stop request.
class Watch {
 public:
  explicit Watch(std::filesystem::path directory)
      : directory_(std::move(directory)),
        changes_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
        stop_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  void stop() const {
    const std::uint64_t one = 1;
    // Only a full counter can fail, and a full counter wakes as well.
    [[maybe_unused]] const auto written = ::write(stop_.number(), &one, sizeof one);
  }

  /// Returns on a change, a stop request or after `limit`; true when a file named `lock` was closed by its writer.
  bool wait(std::chrono::milliseconds limit) {
    watch_directory();
    if (!watching_) limit = std::min(limit, look_for_directory);
    std::array<pollfd, 2> polled{pollfd{stop_.number(), POLLIN, 0}, pollfd{changes_.number(), POLLIN, 0}};
    ::poll(polled.data(), polled.size(), static_cast<int>(limit.count()));
    return drain();
  }

  /// The directory may come later than its waiter.
  void watch_directory() {
    if (!watching_ && changes_.valid()) {
      watching_ =
          ::inotify_add_watch(changes_.number(), directory_.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE) >= 0;
    }
  }

 private:
  bool drain() const {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    bool lock_closed = false;
    for (ssize_t count = 0; (count = ::read(changes_.number(), buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < count;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        lock_closed = lock_closed || ((event->mask & IN_CLOSE_WRITE) != 0 && event->len > 0 &&
                                      std::string_view(event->name) == "lock");
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return lock_closed;
  }

  std::filesystem::path directory_;
  Descriptor changes_;
  Descriptor stop_;
  bool watching_ = false;
};

/// Hands the progress on, not too often.
class ProgressRelay {
 public:
  ProgressRelay(const std::filesystem::path& directory, const std::function<void(std::string_view)>& to)
      : path_(directory / "progress"), to_(to) {}

  /// Gives how long the next look may wait because of it.
  std::chrono::milliseconds relay() {
    const auto now = std::chrono::steady_clock::now();
    if (!to_) {
      return look_again;
    }
    if (last_ && now - *last_ < progress_pause) {
      return progress_pause - std::chrono::duration_cast<std::chrono::milliseconds>(now - *last_);
    }
    const auto text = read_file(path_, max_progress_bytes);
    if (text && *text != seen_) {
      seen_ = *text;
      last_ = now;
      to_(seen_);
    }
    return look_again;
  }

 private:
  std::filesystem::path path_;
  const std::function<void(std::string_view)>& to_;
  std::string seen_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace

Result<Handover> Handover::take(std::filesystem::path directory) {
  TRY(make_directories(directory));
  // Locked under another name first: nobody may ever see the lock free while the step lives.
  const auto path = directory / "lock";
  TRY_ASSIGN(const auto state, lock_state(directory));
  if (state == LockState::Held) {
    return fail("HandoverTaken", path.string() + " is held by another process", Retry::never());
  }
  const auto own = path.string() + "." + std::to_string(::getpid());
  const int lock = ::open(own.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (lock < 0) {
    return fail("FileUnwritable", "creating " + own + ": " + std::strerror(errno), Retry::never());
  }
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0 || ::rename(own.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    ::close(lock);
    return fail("FileUnwritable", "locking " + path.string() + ": " + reason, Retry::never());
  }
  return Handover(std::move(directory), lock);
}

Handover::Handover(Handover&& other) noexcept
    : directory_(std::move(other.directory_)), lock_(std::exchange(other.lock_, -1)) {}

Handover& Handover::operator=(Handover&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(lock_, other.lock_);
  return *this;
}

Handover::~Handover() {
  if (lock_ >= 0) {
    ::close(lock_);
  }
}

Done Handover::write_progress(std::string_view json) const {
  return write_file_atomically(directory_ / "progress", json);
}

Done Handover::write_done(std::string_view json) const {
  return write_file_atomically(directory_ / "done", json);
}

Result<StepSeen> look_at_step(const std::filesystem::path& directory) {
  // Twice around the lock: a step may write `done` and end between the two looks.
  for (int look = 0; look < 2; ++look) {
    TRY_ASSIGN(auto done, read_done(directory));
    if (done) {
      return StepSeen{StepState::Finished, *std::move(done)};
    }
    TRY_ASSIGN(const auto lock, lock_state(directory));
    if (lock != LockState::Left) {
      return StepSeen{lock == LockState::Held ? StepState::Running : StepState::NotStarted, {}};
    }
  }
  return StepSeen{StepState::Died, {}};
}

Result<StepSeen> wait_for_step(const std::filesystem::path& directory, std::stop_token stop,
                               const std::function<void(std::string_view)>& on_progress) {
  Watch watch(directory);
  const std::stop_callback wake(stop, [&watch] { watch.stop(); });
  ProgressRelay progress(directory, on_progress);
  watch.watch_directory();
  for (int soon = 0;;) {
    TRY_ASSIGN(auto seen, look_at_step(directory));
    const auto pause = progress.relay();
    if (seen.state == StepState::Finished || seen.state == StepState::Died) {
      return seen;
    }
    if (stop.stop_requested()) {
      return fail("Cancelled", "told to stop while waiting for " + directory.filename().string(), Retry::never());
    }
    const bool lock_closed = watch.wait(soon > 0 ? after_close : pause);
    soon = lock_closed ? looks_after_close : std::max(0, soon - 1);
  }
}

}  // namespace staves::base
