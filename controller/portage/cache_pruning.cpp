#include "portage/cache_pruning.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file_lock.h"
#include "base/files.h"
#include "base/log.h"
#include "portage/cache_contents.h"
#include "portage/cache_index.h"
#include "portage/cache_lease.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;
using base::FileLock;
using Leased = std::set<std::string, std::less<>>;

// Planning takes seconds; who plans longer than this keeps the partition until the next build prunes.
constexpr std::chrono::seconds patience{20};

std::int64_t with_room(std::int64_t bound) {
  return bound - bound / 10;
}

/// A lease names what is still to be compiled without a build id.
bool is_leased(const CachedPackage& package, const Leased& leased) {
  const std::string name = package.partition + "/" + package.name;
  return leased.contains(name) || leased.contains(without_build_id(name));
}

std::int64_t remove(const fs::path& path, std::int64_t bytes) {
  std::error_code failed;
  fs::remove_all(path, failed);
  return failed ? 0 : bytes;
}

/// What of one partition is to go.
struct Goner {
  std::vector<CachedPackage> packages;
  std::vector<CachedPackage> unfinished;
};

class Pruning {
 public:
  Pruning(const CachePlaces& places, const std::stop_token& stop) : places_(places), stop_(stop) {}

  void prune(CacheContents contents, std::int64_t most_bytes) {
    std::int64_t archives = contents.archive_bytes();
    prune_archives(contents, most_bytes, archives);
    std::map<std::string, Goner> gone;
    for (auto& one : contents.unfinished) gone[one.partition].unfinished.push_back(std::move(one));
    choose(std::move(contents.packages), most_bytes, archives, gone);
    for (const auto& [key, goner] : gone) prune_partition(key, goner);
  }

 private:
  /// The least recently used until what is left fits.
  void choose(std::vector<CachedPackage> packages, std::int64_t most_bytes, std::int64_t archives,
              std::map<std::string, Goner>& gone) {
    std::int64_t bytes = archives;
    for (const auto& package : packages) bytes += package.bytes;
    if (most_bytes == 0 || bytes <= most_bytes) return;
    std::ranges::sort(packages, {}, [](const CachedPackage& one) { return std::pair(one.used_at, one.file); });
    const Leased leased = leased_packages(places_);
    for (auto& package : packages) {
      if (bytes <= with_room(most_bytes)) break;
      if (is_leased(package, leased)) continue;
      bytes -= package.bytes;
      gone[package.partition].packages.push_back(std::move(package));
    }
  }

  void prune_partition(const std::string& key, const Goner& goner) {
    const auto wait = goner.packages.empty() ? std::chrono::seconds(0) : patience;
    const auto lock = FileLock::take(places_.partition_lock(key), FileLock::Kind::Exclusive, wait, stop_);
    if (!lock) return;
    // Nobody plans now: whoever needs something of this partition has said so.
    const Leased leased = leased_packages(places_);
    for (const auto& one : goner.unfinished) {
      if (!is_leased(one, leased)) remove(one.file, 0);
    }
    if (goner.packages.empty()) return;
    if (!base::write_file_atomically(places_.repair_mark(key), "")) return;
    std::int64_t freed = 0;
    for (const auto& package : goner.packages) {
      if (is_leased(package, leased)) continue;
      freed += remove(package.file, package.bytes);
      for (const auto& listed : {package.name, without_build_id(package.name)})
        remove(places_.last_use(key) / listed, 0);
    }
    base::log_info("removed binary packages that were not used for longest",
                   {{"partition", key}, {"bytes", std::to_string(freed)}});
    if (const auto mended = mend_index(places_, key, stop_); !mended) base::log_warning(mended.error().message);
  }

  void prune_archives(CacheContents& contents, std::int64_t most_bytes, std::int64_t& bytes) {
    const std::int64_t share = most_bytes / 4;
    const bool too_much = most_bytes > 0 && bytes > share;
    if (!too_much && contents.broken_archives.empty()) return;
    // Any running build may be about to unpack any archive.
    const auto lock = FileLock::try_take(places_.archives_lock(), FileLock::Kind::Exclusive);
    if (!lock || !*lock) return;
    for (const auto& one : contents.broken_archives) remove(one.file, 0);
    std::ranges::sort(contents.archives, {},
                      [](const CachedArchive& one) { return std::pair(one.fetched_at, one.file); });
    for (const auto& archive : contents.archives) {
      if (!too_much || bytes <= with_room(share)) break;
      bytes -= remove(archive.file, archive.bytes);
    }
  }

  const CachePlaces& places_;
  const std::stop_token& stop_;
};

api::CacheCensus census(const CacheContents& contents) {
  return {.used_bytes = contents.package_bytes() + contents.archive_bytes(),
          .packages = static_cast<std::int64_t>(contents.packages.size())};
}

}  // namespace

api::CacheCensus prune_cache(const CachePlaces& places, std::int64_t most_bytes, const std::stop_token& stop) {
  CacheContents contents = look_at_cache(places);
  const bool too_much = most_bytes > 0 && (contents.package_bytes() + contents.archive_bytes() > most_bytes ||
                                           contents.archive_bytes() > most_bytes / 4);
  if (!too_much && contents.unfinished.empty() && contents.broken_archives.empty()) return census(contents);
  const auto lock = FileLock::try_take(places.pruning_lock(), FileLock::Kind::Exclusive);
  if (!lock || !*lock) return census(contents);  // another build is at it
  Pruning(places, stop).prune(std::move(contents), most_bytes);
  return census(look_at_cache(places));
}

}  // namespace staves::portage
