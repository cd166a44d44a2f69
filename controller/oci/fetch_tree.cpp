#include "oci/fetch_tree.h"

#include <sys/stat.h>

#include <thread>

#include "base/file_lock.h"
#include "base/files.h"
#include "base/log.h"
#include "oci/byte_pipe.h"
#include "oci/layer_reader.h"
#include "oci/manifest.h"
#include "oci/placed_directory.h"
#include "oci/safe_directory.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

constexpr std::size_t bytes_on_the_way = 4U << 20U;
constexpr std::chrono::hours longest_fetch{4};

/// Whether the tree is there, and nobody removes it for an hour: until then `emerge` holds it.
Result<bool> take_up(const std::filesystem::path& destination, const std::stop_token& stop) {
  using base::FileLock;
  const auto path = destination.string() + ".lock";
  TRY_ASSIGN(auto lock, FileLock::try_take(path, FileLock::Kind::Shared));
  if (!lock) {
    base::log_info("another build fetches the same tree", {{"lock", path}});
    TRY_ASSIGN(lock, FileLock::take(path, FileLock::Kind::Shared, longest_fetch, stop));
  }
  ::futimens(lock->descriptor(), nullptr);
  return is_placed(destination);
}

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
  TRY(base::make_directories(source.destination.parent_path()));
  TRY_ASSIGN(const bool was_there, take_up(source.destination, stop));
  if (was_there) return FetchedTree{true, 0};
  TRY_ASSIGN(const auto lock, lock_place(source.destination, stop));
  if (is_placed(source.destination)) return FetchedTree{true, 0};
  sweep_unfinished(source.destination);

  TRY_ASSIGN(const auto manifest, find_manifest(registry, source, stop));
  TRY_ASSIGN(auto unfinished, UnfinishedDirectory::make(source.destination));
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
  TRY(place_directory(unfinished.path(), source.destination));
  ::futimens(lock.number(), nullptr);
  return fetched;
}

}  // namespace staves::oci
