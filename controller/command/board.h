#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/stavesimage.h"
#include "command/build_state.h"
#include "command/screen.h"

namespace staves::command {

/// One line about a build for a terminal of so many columns: a bar, the package that compiles now, the time so far.
std::string bar_line(const api::StavesImage& image, Stage stage, base::TimePoint now, std::size_t columns);

/// The same for a log file: one sentence that changes only when something has happened.
std::string plain_line(const api::StavesImage& image, Stage stage);

/// How a build ended, in full: the image, or the failure with package, phase, log tail and advice.
std::string ending_text(const api::StavesImage& image, Stage stage);

/// The builds that are being followed: on a terminal a line each that is written again, else a line for each change.
/// Thread-safe.
class Board {
 public:
  /// `names` in the order of the lines. `screen` outlives it.
  Board(Screen& screen, std::vector<std::string> names);

  void update(const api::StavesImage& image, Stage stage, base::TimePoint now);
  /// Writes the lines again, because time has passed. Nothing without a terminal.
  void tick(base::TimePoint now);
  /// A remark below the lines.
  void remark(const std::string& text, base::TimePoint now);

 private:
  struct Shown {
    api::StavesImage image;
    Stage stage = Stage::Waiting;
    std::string line;
    bool known = false;
  };
  void draw(base::TimePoint now);

  Screen& screen_;
  std::vector<std::string> names_;
  std::mutex mutex_;
  std::map<std::string, Shown> shown_;
  std::size_t drawn_lines_ = 0;
};

}  // namespace staves::command
