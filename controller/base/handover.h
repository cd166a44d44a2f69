#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::base {

/// A step's own side of its handover directory: it holds the lock from `take` until the process ends, whatever ends it.
/// Source: design/0001-the-way-of-a-build.md, Handover.
class Handover {
 public:
  /// Takes the directory: makes `lock`, locked before anyone can see it. The directory is made when it is not there.
  /// Errors: HandoverTaken (retry: never) when another process holds it; FileUnwritable (never).
  static Result<Handover> take(std::filesystem::path directory);

  Handover(Handover&& other) noexcept;
  Handover& operator=(Handover&& other) noexcept;
  ~Handover();

  /// Replaces `progress`: readers see the old or the new text.
  /// Errors: those of write_file_atomically.
  Done write_progress(std::string_view json) const;
  /// Writes `done`: the last act of a step, on success and on failure.
  /// Errors: those of write_file_atomically.
  Done write_done(std::string_view json) const;

 private:
  Handover(std::filesystem::path directory, int lock) : directory_(std::move(directory)), lock_(lock) {}

  std::filesystem::path directory_;
  int lock_ = -1;
};

/// How a step stands, seen from outside.
enum class StepState {
  NotStarted,  ///< no `lock` yet
  Running,     ///< `lock` is held
  Finished,    ///< `done` is there
  Died,        ///< `lock` was left behind and there is no `done`
};

struct StepSeen {
  StepState state = StepState::NotStarted;
  std::string done;  ///< text of `done`, at most 64 KiB, not yet checked; only with Finished
  friend bool operator==(const StepSeen&, const StepSeen&) = default;
};

/// Looks once. What lies in the directory is taken for hostile: sizes are bounded, symbolic links not followed.
/// Errors: HandoverUnreadable (retry: never) when `done` or `lock` is not a regular file or too large.
Result<StepSeen> look_at_step(const std::filesystem::path& directory);

/// Waits until a step has finished or died: Finished or Died, never another state. Death by SIGKILL is seen at once.
/// `on_progress` gets the text of `progress` (at most 4 KiB, unchecked) at most once a second and only when it changed,
/// on the calling thread. Errors: Cancelled (retry: never) when `stop` asked for it; those of look_at_step.
Result<StepSeen> wait_for_step(const std::filesystem::path& directory, std::stop_token stop,
                               const std::function<void(std::string_view json)>& on_progress = {});

}  // namespace staves::base
