#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/step_result.h"
#include "base/process.h"
#include "portage/cache_lease.h"
#include "portage/failure_classes.h"
#include "portage/merge_progress.h"
#include "portage/part.h"
#include "portage/paths.h"
#include "portage/processors.h"

namespace staves::portage {

/// The calls of emerge of one build, their counts and what they said.
class EmergeRun {
 public:
  /// Of `gone` packages ("category/name") no binary package is taken.
  EmergeRun(const Paths& paths, Parallelism split, CacheLease& cache, const std::vector<std::string>& gone,
            std::function<void(const api::Progress&)> on_progress)
      : paths_(paths), split_(split), cache_(cache), gone_(gone), on_progress_(std::move(on_progress)) {}

  /// Merges sys-apps/baselayout with USE=build in a call of its own: accounts and directories must be there before any
  /// other package.
  Part<> merge_layout(const std::stop_token& stop);

  /// Whether a list of what is to be merged into the root says enough, so that nothing need be merged.
  using IsEnough = std::function<bool(const std::vector<PlannedMerge>&)>;

  /// Merges `atoms` and the libc into the root, and what building them needs into the builder. What both need and
  /// nobody has built yet is built for the builder first, so that the root takes the binary package instead of a second
  /// build. With the name of the ebuild tree in `from_stage3`, packages that the stage3 has from it are packed instead
  /// of compiled, if their flags fit. `is_enough` is asked about each list before anything is
  /// compiled: true ends it all with success.
  Part<> merge_packages(const std::vector<std::string>& atoms, const std::optional<std::string>& from_stage3,
                        const IsEnough& is_enough, const std::stop_token& stop);
  /// Whether that list was enough.
  bool was_enough() const { return was_enough_; }

  const MergeProgress& progress() const { return progress_; }

  /// Packages whose merge went through though it overwrote files that no package owned.
  const std::vector<std::string>& despite_collisions() const { return despite_collisions_; }

 private:
  /// Looks at the list of a call; what it gives ends the call before anything is built.
  using Review = std::function<std::vector<std::string>(const std::vector<PlannedMerge>&)>;

  /// `reviewed_call` with `compiled_twice` that first packs what the stage3 has from `tree`, if anything would be
  /// compiled that it has.
  Part<std::vector<std::string>> call_with_stage3(const std::string& root, const std::vector<std::string>& atoms,
                                                  const std::string& tree, const std::stop_token& stop);
  Part<> call(const std::string& root, const std::vector<std::string>& atoms, const std::string& use,
              const std::stop_token& stop);
  /// Gives what `review` found; nothing when it found nothing and the call went to its end. A binary package that is
  /// damaged or gone costs no build: the index is mended and the call made again, which builds that package.
  Part<std::vector<std::string>> reviewed_call(const std::string& root, const std::vector<std::string>& atoms,
                                               const std::string& use, const Review& review,
                                               const std::stop_token& stop);
  Part<std::vector<std::string>> call_once(const base::Command& command, const Review& review,
                                           FailureEvidence& evidence, const std::stop_token& stop);
  void read_line(std::string_view line, std::vector<std::string>& output);
  void add_logs(std::vector<std::string>& output) const;
  api::Failure interrupted(std::vector<std::string>& output) const;

  const Paths& paths_;
  Parallelism split_;
  CacheLease& cache_;
  const std::vector<std::string>& gone_;
  std::function<void(const api::Progress&)> on_progress_;
  MergeProgress progress_;
  IsEnough is_enough_;
  bool was_enough_ = false;
  std::vector<std::string> despite_collisions_;
};

}  // namespace staves::portage
