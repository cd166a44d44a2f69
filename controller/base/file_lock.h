#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>

#include "base/descriptor.h"
#include "base/result.h"

namespace staves::base {

/// An flock on a file of a volume that several pods share. The kernel frees it when its holder dies, whatever kills it;
/// children do not inherit it.
class FileLock {
 public:
  enum class Kind { Shared, Exclusive };

  /// Waits for the lock; the file and its directory are made when they are not there.
  /// Errors: LockTimeout (retry: soon) after `patience`; Cancelled (never); FileUnwritable (never), DiskFull (soon).
  static Result<FileLock> take(const std::filesystem::path& path, Kind kind, std::chrono::milliseconds patience,
                               const std::stop_token& stop);

  /// Takes it if nobody stands in the way; nothing otherwise. Errors: those of making the file.
  static Result<std::optional<FileLock>> try_take(const std::filesystem::path& path, Kind kind);

  /// A shared lock on a file that is there, also on a volume that is mounted read-only; nothing when the file is absent
  /// or somebody holds it exclusively.
  static std::optional<FileLock> try_share_existing(const std::filesystem::path& path);

  /// Whether somebody holds a lock that forbids an exclusive one, or nobody can tell. False when there is no such file.
  static bool is_held(const std::filesystem::path& path);

  /// Of the locked file, for whoever keeps text in it.
  int descriptor() const { return file_.number(); }

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace staves::base
