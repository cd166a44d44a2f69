#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/file_lock.h"
#include "portage/cache_places.h"
#include "portage/merge_list.h"
#include "portage/part.h"

namespace staves::portage {

/// What a running build needs of the cache volume, told to whoever prunes it. All of it ends with the process.
class CacheLease {
 public:
  /// Begins to use a partition and the source archives. An index that somebody left half mended is mended first.
  /// Errors: Internal, DiskFull.
  static Part<CacheLease> begin(CachePlaces places, std::string key, const std::stop_token& stop);
  CacheLease(CacheLease&&) = default;
  CacheLease& operator=(CacheLease&&) = default;
  ~CacheLease();

  /// emerge is about to read the index: nothing of the partition goes until `planned` or `plan_ended`.
  /// Errors: Internal when another build prunes for minutes.
  Part<> begin_plan(const std::stop_token& stop);
  /// emerge's list is known: what stands in it stays until the build ends, and counts as used now.
  void planned(const std::vector<PlannedMerge>& list);
  /// The call is over, with a list or without.
  void plan_ended() { planning_.reset(); }

  /// Makes the partition's index say what is there, after emerge found that it does not.
  /// Errors: Internal when another build holds the partition for minutes.
  Part<> mend(const std::stop_token& stop);

  /// Whether this build may pack installed packages into the partition now.
  struct Packing {
    std::optional<base::FileLock> lock;  ///< the right to, as long as it is held; empty: not now
    bool others_packed = false;          ///< since `begin_plan`: the plan is to be made anew before
  };
  /// One build at a time: quickpkg names its unfinished file after its process id alone, and pods have the same ones.
  /// Nothing of it ends a build: without the right it goes on, and compiles what is not packed. Waits for a build that
  /// packs, which is shorter than to compile the same, but not without end for one that hangs.
  Packing begin_packing(const std::stop_token& stop, std::chrono::milliseconds longest = longest_packing);
  static constexpr std::chrono::minutes longest_packing{30};

 private:
  CacheLease(CachePlaces places, std::string key, std::filesystem::path file, base::FileLock lease,
             base::FileLock archives)
      : places_(std::move(places)),
        key_(std::move(key)),
        file_(std::move(file)),
        lease_(std::move(lease)),
        archives_(std::move(archives)) {}

  CachePlaces places_;
  std::string key_;
  std::filesystem::path file_;
  std::optional<base::FileLock> lease_;
  std::optional<base::FileLock> archives_;
  std::optional<base::FileLock> planning_;
  std::int64_t packings_ = 0;  ///< how often anybody had packed when the plan was begun
  std::set<std::string, std::less<>> needed_;
};

/// "<key>/<category>/<package>" of all packages that running builds need; a binary package with its build id, one that
/// is still to be compiled without. Leases that died are removed.
std::set<std::string, std::less<>> leased_packages(const CachePlaces& places);

}  // namespace staves::portage
