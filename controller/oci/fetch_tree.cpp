#include "oci/fetch_tree.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <thread>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/log.h"
#include "oci/byte_pipe.h"
#include "oci/layer_reader.h"
#include "oci/manifest.h"
#include "oci/safe_directory.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

constexpr std::size_t bytes_on_the_way = 4U << 20U;
constexpr std::chrono::milliseconds look_again{200};

std::unexpected<base::Error> unwritable(const std::filesystem::path& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? "DiskFull" : "FileUnwritable", "writing " + path.string() + ": " + std::strerror(errno),
              full ? Retry::soon() : Retry::never());
}

bool is_there(const std::filesystem::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The lock of one tree on this volume; the kernel frees it when its holder dies.
Result<base::Descriptor> lock_tree(const std::filesystem::path& destination, const std::stop_token& stop) {
  const auto path = destination.string() + ".lock";
  base::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!lock.valid()) return unwritable(path);
  for (bool told = false; ::flock(lock.number(), LOCK_EX | LOCK_NB) != 0;) {
    if (errno != EWOULDBLOCK && errno != EINTR) return unwritable(path);
    if (!told) base::log_info("another build fetches the same tree", {{"lock", path}});
    told = true;
    if (!pause(look_again, stop)) return fail("Cancelled", "told to stop while waiting for the tree", Retry::never());
  }
  return lock;
}

/// Only the holder of the lock has unfinished trees of this name: what is there was left by runs that died.
void sweep(const std::filesystem::path& destination) {
  const std::string prefix = destination.filename().string() + ".tmp.";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(destination.parent_path(), ignored)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    base::log_info("removing what a run that died has left", {{"path", entry.path().string()}});
    std::filesystem::remove_all(entry.path(), ignored);
  }
}

/// A directory that is removed unless it was kept.
class UnfinishedTree {
 public:
  static Result<UnfinishedTree> make(const std::filesystem::path& destination) {
    std::random_device random;
    std::filesystem::path path = destination.string() + ".tmp." + std::to_string(random());
    if (::mkdir(path.c_str(), 0755) != 0) return unwritable(path);
    return UnfinishedTree(std::move(path));
  }
  UnfinishedTree(UnfinishedTree&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  UnfinishedTree& operator=(UnfinishedTree&&) = delete;
  ~UnfinishedTree() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  Done keep_as(const std::filesystem::path& destination) {
    if (::rename(path_.c_str(), destination.c_str()) != 0) return unwritable(destination);
    path_.clear();
    const base::Descriptor parent(::open(destination.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return ::fsync(parent.number()) == 0 ? Done() : unwritable(destination.parent_path());
  }

 private:
  explicit UnfinishedTree(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

Result<Manifest> find_manifest(Registry& registry, const TreeSource& source, const std::stop_token& stop) {
  TRY_ASSIGN(auto fetched, registry.get_manifest(source.image, stop));
  TRY_ASSIGN(const auto chosen, select_platform(fetched.bytes, source.architecture));
  if (chosen) {
    Reference child = source.image;
    child.digest = chosen->digest;
    TRY_ASSIGN(fetched, registry.get_manifest(child, stop));
  }
  return parse_manifest(fetched.bytes);
}

/// Downloads on a second thread what this one unpacks.
Done unpack_layer(Registry& registry, const TreeSource& source, const Descriptor& layer, SafeDirectory& to,
                  const std::stop_token& stop) {
  BytePipe pipe(bytes_on_the_way);
  std::jthread download([&] {
    pipe.end(registry.get_blob(source.image, layer, [&](std::string_view bytes) { return pipe.put(bytes); }, stop));
  });
  auto applied = apply_layer(pipe, source.inside, to, stop);
  pipe.close();
  return applied;
}

}  // namespace

Result<FetchedTree> fetch_tree(Registry& registry, const TreeSource& source, const std::stop_token& stop) {
  if (is_there(source.destination)) return FetchedTree{true, 0};
  TRY(base::make_directories(source.destination.parent_path()));
  TRY_ASSIGN(const auto lock, lock_tree(source.destination, stop));
  if (is_there(source.destination)) return FetchedTree{true, 0};
  sweep(source.destination);

  TRY_ASSIGN(const auto manifest, find_manifest(registry, source, stop));
  TRY_ASSIGN(auto unfinished, UnfinishedTree::make(source.destination));
  TRY_ASSIGN(auto directory, SafeDirectory::open(unfinished.path()));
  FetchedTree fetched;
  for (const auto& layer : manifest.layers) {
    TRY(unpack_layer(registry, source, layer, directory, stop));
    fetched.downloaded_bytes += layer.size;
  }
  if (directory.empty()) {
    return fail("TreeAbsent", "there is nothing in /" + source.inside + " of " + to_string(source.image),
                Retry::when_spec_changes());
  }
  TRY(directory.sync());
  TRY(unfinished.keep_as(source.destination));
  return fetched;
}

}  // namespace staves::oci
