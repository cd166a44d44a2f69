#include "oci/layer_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

constexpr std::string_view whiteout = ".wh.";
constexpr std::string_view opaque = ".wh..wh..opq";

/// "./a//b/" as "a/b": names of directories between single slashes.
std::string plain_path(std::string_view raw) {
  std::string path;
  while (!raw.empty()) {
    const auto end = std::min(raw.size(), raw.find('/'));
    const auto component = raw.substr(0, end);
    if (!component.empty() && component != ".") path += (path.empty() ? "" : "/") + std::string(component);
    raw.remove_prefix(std::min(raw.size(), end + 1));
  }
  return path;
}

/// Whether `path` is `folder` or below it.
bool is_within(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || folder.empty() || path[folder.size()] == '/');
}

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

/// libarchive converts names to the locale, which may fail: then UTF-8 is what the archive holds.
std::string path_of(archive_entry* entry) {
  const char* path = archive_entry_pathname(entry);
  return plain_path(text_or_empty(path != nullptr ? path : archive_entry_pathname_utf8(entry)));
}

std::string hard_link_of(archive_entry* entry) {
  const char* link = archive_entry_hardlink(entry);
  return plain_path(text_or_empty(link != nullptr ? link : archive_entry_hardlink_utf8(entry)));
}

std::string symlink_of(archive_entry* entry) {
  const char* link = archive_entry_symlink(entry);
  return text_or_empty(link != nullptr ? link : archive_entry_symlink_utf8(entry));
}

class LayerReader {
 public:
  LayerReader(BytePipe& stream, std::string_view inside, SafeDirectory& to, const std::stop_token& stop)
      : stream_(stream), inside_(inside), to_(to), stop_(stop) {
    archive_read_support_format_tar(archive_.get());
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_filter_zstd(archive_.get());
  }

  Done run() {
    if (archive_read_open(archive_.get(), this, nullptr, read_block, nullptr) != ARCHIVE_OK) return malformed();
    for (;;) {
      if (stop_.stop_requested()) return fail("Cancelled", "told to stop while unpacking", Retry::never());
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) return drain();
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return malformed();
      TRY(apply(entry));
    }
  }

 private:
  static la_ssize_t read_block(archive*, void* user, const void** block) {
    auto& self = *static_cast<LayerReader*>(user);
    auto piece = self.stream_.take();
    if (!piece) {
      self.broken_ = piece.error();
      return -1;
    }
    self.piece_ = *std::move(piece);
    *block = self.piece_.data();
    return static_cast<la_ssize_t>(self.piece_.size());
  }

  Done malformed() {
    if (broken_) return fail(*broken_);
    return fail("LayerMalformed", "a layer cannot be read: " + text_or_empty(archive_error_string(archive_.get())),
                Retry::soon());
  }

  /// What follows the archive is padding, but it counts for the digest.
  Done drain() {
    for (;;) {
      TRY_ASSIGN(const auto piece, stream_.take());
      if (piece.empty()) return {};
    }
  }

  Done apply(archive_entry* entry) {
    const std::string path = path_of(entry);
    const auto slash = path.rfind('/');
    const std::string_view name = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
    if (name == opaque) return hide(folder, true);
    if (name.starts_with(whiteout))
      return hide((folder.empty() ? "" : folder + "/") + std::string(name.substr(whiteout.size())), false);
    if (path == inside_ || !is_within(path, inside_)) return {};
    return make(entry, path.substr(inside_.size() + 1));
  }

  /// A file of a lower layer is gone, or a directory begins empty.
  Done hide(const std::string& path, bool only_content) {
    if (is_within(inside_, path)) return to_.clear("");
    if (!is_within(path, inside_)) return {};
    const auto relative = path.substr(inside_.size() + 1);
    return only_content ? to_.clear(relative) : to_.remove(relative);
  }

  Done make(archive_entry* entry, const std::string& path) {
    if (const auto existing = hard_link_of(entry); !existing.empty()) {
      if (!is_within(existing, inside_) || existing == inside_) {
        return fail("TreeUnsafe", path + " is a link to a file outside of the tree", Retry::when_spec_changes());
      }
      return to_.make_hard_link(path, existing.substr(inside_.size() + 1));
    }
    switch (archive_entry_filetype(entry)) {
      case AE_IFDIR:
        return to_.make_directory(path);
      case AE_IFLNK:
        return to_.make_symlink(path, symlink_of(entry));
      case AE_IFREG:
        return to_.write_file(path, (archive_entry_mode(entry) & 0111U) != 0 ? 0755 : 0644, archive_entry_mtime(entry),
                              [this](int file) { return copy_to(file); });
      default:
        return {};
    }
  }

  Done copy_to(int file) {
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(archive_.get(), &block, &size, &offset);
      if (status == ARCHIVE_EOF) return {};
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return malformed();
      TRY(write_at(file, {static_cast<const char*>(block), size}, offset));
    }
  }

  static Done write_at(int file, std::string_view bytes, la_int64_t offset) {
    while (!bytes.empty()) {
      const auto count = ::pwrite(file, bytes.data(), bytes.size(), offset);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        const bool full = errno == ENOSPC || errno == EDQUOT;
        return fail(full ? "DiskFull" : "FileUnwritable", std::string("unpacking: ") + std::strerror(errno),
                    full ? Retry::soon() : Retry::never());
      }
      bytes.remove_prefix(static_cast<std::size_t>(count));
      offset += count;
    }
    return {};
  }

  BytePipe& stream_;
  std::string inside_;
  SafeDirectory& to_;
  const std::stop_token& stop_;
  std::string piece_;
  std::optional<base::Error> broken_;
  std::unique_ptr<archive, decltype(&archive_read_free)> archive_{archive_read_new(), archive_read_free};
};

}  // namespace

Done apply_layer(BytePipe& stream, std::string_view inside, SafeDirectory& to, const std::stop_token& stop) {
  return LayerReader(stream, inside, to, stop).run();
}

}  // namespace staves::oci
