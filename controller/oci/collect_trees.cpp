#include "oci/collect_trees.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <string>

#include "base/file_lock.h"
#include "base/log.h"

namespace staves::oci {
namespace {

namespace fs = std::filesystem;
using base::FileLock;

constexpr std::size_t hex_digits = 64;

/// The digest that the name of a tree, of its lock or of an unfinished one begins with; empty for another name.
std::string digest_of(const std::string& name) {
  const std::string digest = name.substr(0, hex_digits);
  const bool is_hex = digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  const bool whole = digest.size() == hex_digits && (name.size() == hex_digits || name[hex_digits] == '.');
  return is_hex && whole ? digest : std::string();
}

std::set<std::string> other_digests(const fs::path& kept) {
  std::set<std::string> digests;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(kept.parent_path(), failed)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".lock")) continue;
    if (std::string digest = digest_of(name); !digest.empty() && digest != kept.filename()) {
      digests.insert(std::move(digest));
    }
  }
  return digests;
}

/// Under the lock of the tree: moved aside first, so that it is there as a whole or not at all.
bool remove_tree(const fs::path& tree) {
  std::error_code failed;
  fs::rename(tree, tree.string() + ".tmp.removed", failed);
  const bool was_there = !failed;
  for (const auto& entry : fs::directory_iterator(tree.parent_path(), failed)) {
    std::error_code ignored;
    if (entry.path().filename().string().starts_with(tree.filename().string() + ".tmp.")) {
      fs::remove_all(entry.path(), ignored);
    }
  }
  return was_there;
}

}  // namespace

int collect_trees(const fs::path& kept, std::chrono::seconds grace) {
  int removed = 0;
  for (const std::string& digest : other_digests(kept)) {
    const fs::path tree = kept.parent_path() / digest;
    // The lock file stays: whoever waits for it has it open.
    const auto lock = FileLock::try_take(tree.string() + ".lock", FileLock::Kind::Exclusive);
    struct stat status{};
    if (!lock || !*lock || ::fstat((*lock)->descriptor(), &status) != 0) continue;
    if (std::time(nullptr) - status.st_mtime < grace.count()) continue;
    if (!remove_tree(tree)) continue;
    base::log_info("removed an ebuild tree that no build uses any more", {{"tree", digest}});
    ++removed;
  }
  return removed;
}

}  // namespace staves::oci
