#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/step_result.h"
#include "portage/merge_list.h"

namespace staves::portage {

/// Counts what emerge does, from the lines that it prints; over several calls of it.
class MergeProgress {
 public:
  /// Reads a line of emerge's output. True when the progress changed.
  bool read(std::string_view line);

  /// A new call of emerge begins: what the former planned and did not merge is planned anew.
  void begin_call();

  /// The list of the present call.
  const std::vector<PlannedMerge>& list() const { return list_; }

  /// The counts; `current` is the package that is under way longest, without its phase; empty between packages.
  api::Progress progress() const;

  /// CPVs compiled in this build, for the root or the builder, in order, each once.
  const std::vector<std::string>& compiled() const { return compiled_; }

  /// Packages merged into the root from binary packages that were there before this build.
  std::int64_t from_cache() const { return from_cache_; }

 private:
  void begin_package(std::string_view cpv, bool binary);

  std::vector<PlannedMerge> list_;
  std::int64_t done_before_ = 0;  ///< merges of the calls before
  std::int64_t done_ = 0;
  std::int64_t from_cache_ = 0;
  std::vector<std::string> compiled_;
  std::set<std::string, std::less<>> building_;  ///< begun from source and not yet merged
  std::set<std::string, std::less<>> from_binary_;
  std::vector<std::string> under_way_;  ///< CPVs that were begun and not merged, the oldest first
};

}  // namespace staves::portage
