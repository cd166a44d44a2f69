#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/step_result.h"
#include "portage/merge_progress.h"
#include "portage/part.h"
#include "portage/paths.h"
#include "portage/processors.h"

namespace staves::portage {

/// The calls of emerge of one build, their counts and what they said.
class EmergeRun {
 public:
  EmergeRun(const Paths& paths, Parallelism split, std::function<void(const api::Progress&)> on_progress)
      : paths_(paths), split_(split), on_progress_(std::move(on_progress)) {}

  /// Merges sys-apps/baselayout with USE=build in a call of its own: accounts and directories must be there before any
  /// other package.
  Part<> merge_layout(const std::stop_token& stop);

  /// Merges `atoms` and the libc into the root, and what building them needs into the builder. What both need and
  /// nobody has built yet is built for the builder first, so that the root takes the binary package instead of a second
  /// build.
  Part<> merge_packages(const std::vector<std::string>& atoms, const std::stop_token& stop);

  const MergeProgress& progress() const { return progress_; }

  /// Packages whose merge went through though it overwrote files that no package owned.
  const std::vector<std::string>& despite_collisions() const { return despite_collisions_; }

 private:
  Part<> call(const std::string& root, const std::vector<std::string>& atoms, const std::string& use,
              std::vector<std::string>* twice, const std::stop_token& stop);
  void read_line(std::string_view line, std::vector<std::string>& output);
  void add_logs(std::vector<std::string>& output) const;
  api::Failure interrupted(std::vector<std::string>& output) const;

  const Paths& paths_;
  Parallelism split_;
  std::function<void(const api::Progress&)> on_progress_;
  MergeProgress progress_;
  std::vector<std::string> despite_collisions_;
};

}  // namespace staves::portage
