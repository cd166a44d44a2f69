#include "oci/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include "base/descriptor.h"
#include "oci/file_attributes.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;
using OpenFile = base::Descriptor;

constexpr std::size_t max_depth = 256;
constexpr std::size_t max_path = 4000;

std::unexpected<base::Error> unreadable(std::string_view path) {
  return fail("TreeUnreadable", "reading /" + std::string(path) + ": " + std::strerror(errno), Retry::never());
}

/// A directory on the way down: its names in the order of their paths, directories with '/' behind.
struct Level {
  OpenFile directory;
  std::vector<std::string> names;
  std::size_t next = 0;
  std::size_t path_length = 0;  ///< of the directory's own path
};

bool is_directory(int directory, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status{};
  return ::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> names_in(int directory, std::string_view path) {
  const int again = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = again < 0 ? nullptr : ::fdopendir(again);
  if (stream == nullptr) return unreadable(path);
  std::vector<std::string> names;
  errno = 0;
  for (const dirent* entry = nullptr; (entry = ::readdir(stream)) != nullptr;) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    names.emplace_back(name);
    if (is_directory(directory, *entry)) names.back() += '/';
    errno = 0;
  }
  const int error = errno;
  ::closedir(stream);
  errno = error;
  if (error != 0) return unreadable(path);
  std::ranges::sort(names);
  return names;
}

Result<std::string> link_target(int directory, const std::string& name, std::string_view path) {
  std::array<char, PATH_MAX> buffer{};
  const auto length = ::readlinkat(directory, name.c_str(), buffer.data(), buffer.size());
  if (length < 0) return unreadable(path);
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

class Walk {
 public:
  explicit Walk(const std::function<Done(const TreeEntry&)>& visit) : visit_(visit) {}

  Done run(const std::filesystem::path& root) {
    OpenFile directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid()) return unreadable(root.native());
    TRY(descend(std::move(directory)));
    while (!levels_.empty()) {
      Level& level = levels_.back();
      path_.resize(level.path_length);
      if (level.next == level.names.size()) {
        levels_.pop_back();
        continue;
      }
      TRY(enter(level.directory.number(), level.names[level.next++]));
    }
    return {};
  }

 private:
  Done descend(OpenFile directory) {
    if (levels_.size() > max_depth) return too_long("nests too deeply");
    TRY_ASSIGN(auto names, names_in(directory.number(), path_));
    levels_.push_back({std::move(directory), std::move(names), 0, path_.size()});
    return {};
  }

  Done enter(int directory, std::string name) {
    path_ += name;
    if (path_.size() > max_path) return too_long("is too long");
    const bool expected_directory = name.ends_with('/');
    if (expected_directory) name.pop_back();
    TreeEntry entry;
    entry.path = path_;
    if (::fstatat(directory, name.c_str(), &entry.status, AT_SYMLINK_NOFOLLOW) != 0) return unreadable(path_);
    OpenFile file;
    if (S_ISLNK(entry.status.st_mode)) {
      TRY_ASSIGN(entry.link_target, link_target(directory, name, path_));
    } else if (S_ISREG(entry.status.st_mode) || S_ISDIR(entry.status.st_mode)) {
      // Without O_NONBLOCK a FIFO that took the file's place would hold us for ever.
      file = OpenFile(::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
      if (!file.valid() || ::fstat(file.number(), &entry.status) != 0) return unreadable(path_);
      entry.file = file.number();
      TRY_ASSIGN(entry.xattrs, image_attributes(file.number(), path_));
    }
    if (S_ISDIR(entry.status.st_mode) != expected_directory) {
      return fail("TreeUnreadable", "/" + path_ + " changed while it was read", Retry::never());
    }
    TRY(visit_(entry));
    return expected_directory ? descend(std::move(file)) : Done();
  }

  Done too_long(std::string_view what) const {
    return fail("TreeInvalid", "the path /" + path_.substr(0, 200) + "... " + std::string(what) + " for an image",
                Retry::when_spec_changes());
  }

  const std::function<Done(const TreeEntry&)>& visit_;
  std::vector<Level> levels_;
  std::string path_;
};

}  // namespace

Done walk_tree(const std::filesystem::path& root, const std::function<Done(const TreeEntry&)>& visit) {
  return Walk(visit).run(root);
}

}  // namespace staves::oci
