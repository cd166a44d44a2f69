#include "portage/cache_lease.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>

#include "base/digest.h"
#include "base/files.h"
#include "base/log.h"
#include "portage/cache_index.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;
using base::FileLock;

// A pruning holds a partition for seconds; this is for a node that crawls.
constexpr std::chrono::minutes patience{10};
constexpr std::size_t most_lease_bytes = 4U << 20U;

std::string random_name() {
  std::random_device random;
  return base::short_hash(std::to_string(random()) + std::to_string(random()) + std::to_string(random()), 16);
}

/// 0 for a file that is not there.
std::int64_t size_of(const fs::path& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 ? status.st_size : 0;
}

/// An empty file whose time is that of the last use.
void touch(const fs::path& file) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  const base::Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (made.valid()) ::futimens(made.number(), nullptr);
}

}  // namespace

Part<CacheLease> CacheLease::begin(CachePlaces places, std::string key, const std::stop_token& stop) {
  const fs::path file = places.leases() / random_name();
  const fs::path unseen = file.string() + ".tmp";
  auto archives = FileLock::take(places.archives_lock(), FileLock::Kind::Shared, patience, stop);
  if (!archives) return fail_part("configure", archives.error());
  // Locked before anyone can see it, so that nobody takes it for one that died.
  auto lease = FileLock::try_take(unseen, FileLock::Kind::Exclusive);
  if (!lease) return fail_part("configure", lease.error());
  std::error_code failed;
  fs::rename(unseen, file, failed);
  if (!*lease || failed) {
    return fail_part(api::FailureClass::Internal, "configure", "cannot begin to use the cache volume");
  }
  if (auto mended = mend_marked_index(places, key, stop); !mended) return std::unexpected(mended.error());
  return CacheLease(std::move(places), std::move(key), file, **std::move(lease), *std::move(archives));
}

CacheLease::~CacheLease() {
  if (lease_ && lease_->descriptor() >= 0) ::unlink(file_.c_str());
}

Part<> CacheLease::begin_plan(const std::stop_token& stop) {
  planning_.reset();
  auto lock = FileLock::take(places_.partition_lock(key_), FileLock::Kind::Shared, patience, stop);
  if (!lock) return fail_part("resolve", lock.error());
  planning_ = *std::move(lock);
  packings_ = size_of(places_.packing_lock(key_));
  return {};
}

Part<> CacheLease::mend(const std::stop_token& stop) {
  planning_.reset();
  touch(places_.repair_mark(key_));
  return mend_marked_index(places_, key_, stop);
}

CacheLease::Packing CacheLease::begin_packing(const std::stop_token& stop, std::chrono::milliseconds longest) {
  const auto path = places_.packing_lock(key_);
  auto lock = FileLock::take(path, FileLock::Kind::Exclusive, longest, stop);
  if (!lock) {
    base::log_warning("packages of the stage3 are not packed; they are compiled", {{"reason", lock.error().message}});
    return {};
  }
  // Given back at once and not counted: whoever waits need not plan anew for a build that packs nothing.
  if (size_of(path) != packings_) return {.lock = std::nullopt, .others_packed = true};
  // A byte for each, so that no clock has to tell what was before.
  const bool counted = ::lseek(lock->descriptor(), 0, SEEK_END) >= 0 && ::write(lock->descriptor(), "+", 1) == 1;
  if (!counted) base::log_warning("another build may pack the same packages again: their count cannot be written");
  return {.lock = *std::move(lock), .others_packed = false};
}

void CacheLease::planned(const std::vector<PlannedMerge>& list) {
  std::string added;
  for (const auto& merge : list) {
    if (merge.binary) touch(places_.last_use(key_) / merge.cpv);
    if (needed_.insert(merge.cpv).second) added += key_ + "/" + merge.cpv + "\n";
  }
  const int file = lease_->descriptor();
  const bool written =
      ::lseek(file, 0, SEEK_END) >= 0 && ::write(file, added.data(), added.size()) == std::ssize(added);
  // With the partition still held nothing can go, so the build is safe; others only have to wait longer.
  if (!written) return base::log_warning("the list of needed packages cannot be written to the cache volume");
  planning_.reset();
}

std::set<std::string, std::less<>> leased_packages(const CachePlaces& places) {
  std::set<std::string, std::less<>> packages;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(places.leases(), failed)) {
    if (entry.path().extension() == ".tmp") continue;  // being made right now: it needs nothing yet
    if (!FileLock::is_held(entry.path())) {
      ::unlink(entry.path().c_str());
      continue;
    }
    const auto text = base::read_file(entry.path(), most_lease_bytes);
    std::string_view rest = text ? std::string_view(*text) : std::string_view();
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      packages.emplace(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }
  return packages;
}

}  // namespace staves::portage
