#include "oci/safe_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace staves::oci {
namespace {

using base::Descriptor;
using base::Done;
using base::fail;
using base::Result;
using base::Retry;

constexpr int open_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int max_depth = 256;

std::unexpected<base::Error> unwritable(std::string_view path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  const bool link = errno == ELOOP || errno == ENOTDIR;
  const std::string why = "writing " + std::string(path) + ": " + std::strerror(errno);
  if (link) return fail("TreeUnsafe", why, Retry::when_spec_changes());
  return fail(full ? "DiskFull" : "FileUnwritable", why, full ? Retry::soon() : Retry::never());
}

std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> components;
  while (!path.empty()) {
    const auto end = std::min(path.size(), path.find('/'));
    if (end > 0) components.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(path.size(), end + 1));
  }
  return components;
}

/// Whether a relative link at `path` ends below the root.
bool stays_inside(std::string_view path, std::string_view target) {
  if (target.empty() || target.starts_with('/')) return false;
  auto depth = static_cast<int>(components_of(path).size()) - 1;
  for (const auto& component : components_of(target)) {
    if (component == ".") continue;
    depth += component == ".." ? -1 : 1;
    if (depth < 0) return false;
  }
  return true;
}

std::vector<std::string> names_in(int directory) {
  std::vector<std::string> names;
  const int again = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = again < 0 ? nullptr : ::fdopendir(again);
  if (stream == nullptr) return names;
  for (const dirent* entry = nullptr; (entry = ::readdir(stream)) != nullptr;) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(stream);
  return names;
}

Done remove_at(int parent, const std::string& name, int depth) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) return unwritable(name);
  if (depth > max_depth) return fail("TreeUnsafe", name + " nests too deeply", Retry::when_spec_changes());
  const Descriptor directory(::openat(parent, name.c_str(), open_directory));
  if (!directory.valid()) return unwritable(name);
  for (const auto& inner : names_in(directory.number())) TRY(remove_at(directory.number(), inner, depth + 1));
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0) return unwritable(name);
  return {};
}

std::string name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

Result<SafeDirectory> SafeDirectory::open(const std::filesystem::path& path) {
  Descriptor root(::open(path.c_str(), open_directory));
  if (!root.valid()) return unwritable(path.native());
  return SafeDirectory(std::move(root));
}

Result<int> SafeDirectory::parent_of(std::string_view path, bool make) {
  const auto components = components_of(path);
  if (components.empty() ||
      std::ranges::any_of(components, [](const auto& name) { return name == ".." || name == "."; })) {
    return fail("TreeUnsafe", "the path " + std::string(path) + " leads out of the tree", Retry::when_spec_changes());
  }
  if (components.size() == 1) return root_.number();
  const auto parent = path.substr(0, path.rfind('/'));
  if (cached_.valid() && parent == cached_path_) return cached_.number();
  Descriptor at;
  for (std::size_t i = 0; i + 1 < components.size(); ++i) {
    const int above = i == 0 ? root_.number() : at.number();
    const char* name = components[i].c_str();
    Descriptor next(::openat(above, name, open_directory));
    if (!next.valid() && errno == ENOENT && make) {
      if (::mkdirat(above, name, 0755) != 0) return unwritable(path);
      next = Descriptor(::openat(above, name, open_directory));
    }
    if (!next.valid() && errno == ENOENT) return -1;
    if (!next.valid()) return unwritable(path);
    at = std::move(next);
  }
  cached_ = std::move(at);
  cached_path_ = parent;
  return cached_.number();
}

Done SafeDirectory::make_directory(std::string_view path) {
  TRY_ASSIGN(const int parent, parent_of(path, true));
  const std::string name = name_of(path);
  if (::mkdirat(parent, name.c_str(), 0755) == 0) return {};
  if (errno != EEXIST) return unwritable(path);
  struct stat status{};
  if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode)) return {};
  TRY(remove(path));
  TRY_ASSIGN(const int again, parent_of(path, true));
  return ::mkdirat(again, name.c_str(), 0755) == 0 ? Done() : unwritable(path);
}

Done SafeDirectory::write_file(std::string_view path, unsigned mode, std::int64_t mtime,
                               const std::function<Done(int file)>& fill) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  TRY_ASSIGN(int parent, parent_of(path, true));
  const std::string name = name_of(path);
  Descriptor file(::openat(parent, name.c_str(), flags, 0600));
  if (!file.valid() && errno == EEXIST) {
    TRY(remove(path));
    TRY_ASSIGN(parent, parent_of(path, true));
    file = Descriptor(::openat(parent, name.c_str(), flags, 0600));
  }
  if (!file.valid()) return unwritable(path);
  TRY(fill(file.number()));
  const timespec times[2] = {{mtime, 0}, {mtime, 0}};
  if (::fchmod(file.number(), mode) != 0 || ::futimens(file.number(), times) != 0 || !file.close())
    return unwritable(path);
  return {};
}

Done SafeDirectory::make_symlink(std::string_view path, const std::string& target) {
  if (!stays_inside(path, target)) {
    return fail("TreeUnsafe", "the link " + std::string(path) + " leads out of the tree", Retry::when_spec_changes());
  }
  TRY(remove(path));
  TRY_ASSIGN(const int parent, parent_of(path, true));
  return ::symlinkat(target.c_str(), parent, name_of(path).c_str()) == 0 ? Done() : unwritable(path);
}

Done SafeDirectory::make_hard_link(std::string_view path, std::string_view existing) {
  TRY(remove(path));
  TRY_ASSIGN(const int from_parent, parent_of(existing, false));
  if (from_parent < 0) {
    return fail("TreeUnsafe", std::string(path) + " is a link to nothing", Retry::when_spec_changes());
  }
  const Descriptor from(::openat(from_parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  TRY_ASSIGN(const int parent, parent_of(path, true));
  const bool linked = ::linkat(from.number(), name_of(existing).c_str(), parent, name_of(path).c_str(), 0) == 0;
  return linked ? Done() : unwritable(path);
}

Done SafeDirectory::remove(std::string_view path) {
  TRY_ASSIGN(const int parent, parent_of(path, false));
  if (parent < 0) return {};
  auto removed = remove_at(parent, name_of(path), 0);
  // The folder that is kept open may be among what is gone.
  cached_ = Descriptor();
  cached_path_.clear();
  return removed;
}

Done SafeDirectory::clear(std::string_view path) {
  Descriptor directory(::openat(root_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!path.empty()) {
    TRY_ASSIGN(const int parent, parent_of(path, false));
    if (parent < 0) return {};
    directory = Descriptor(::openat(parent, name_of(path).c_str(), open_directory));
    if (!directory.valid()) return errno == ENOENT ? Done() : unwritable(path);
  }
  for (const auto& name : names_in(directory.number())) TRY(remove_at(directory.number(), name, 0));
  cached_ = Descriptor();
  cached_path_.clear();
  return {};
}

Done SafeDirectory::sync() const {
  return ::syncfs(root_.number()) == 0 ? Done() : unwritable("the tree");
}

bool SafeDirectory::empty() const {
  return names_in(root_.number()).empty();
}

}  // namespace staves::oci
