#include "oci/layer_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/digest.h"
#include "oci/chunk_compressor.h"
#include "oci/media_types.h"
#include "oci/tar_header.h"
#include "oci/tree_walk.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

constexpr std::size_t max_left_out = 20;
constexpr mode_t permission_bits = 07777;

/// The compressed side: hashed and written as it comes.
class Spool {
 public:
  explicit Spool(int file) : file_(file) {}

  Done write(std::string_view bytes) {
    hash_.update(bytes);
    size_ += bytes.size();
    while (!bytes.empty()) {
      const auto count = ::write(file_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        const bool full = errno == ENOSPC || errno == EDQUOT;
        return fail(full ? "DiskFull" : "FileUnwritable", std::string("writing the layer: ") + std::strerror(errno),
                    full ? Retry::soon() : Retry::never());
      }
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  std::uint64_t size() const { return size_; }
  std::string digest() { return hash_.finish(); }

 private:
  int file_;
  base::Sha256 hash_;
  std::uint64_t size_ = 0;
};

std::string_view name_of(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

class LayerWriter {
 public:
  LayerWriter(const LayerSource& source, int file, const std::stop_token& stop)
      : source_(source),
        stop_(stop),
        spool_(file),
        compressor_(source.compression, source.threads,
                    [this](std::string_view bytes) { return spool_.write(bytes); }) {}

  Result<Layer> run() {
    TRY(walk_tree(source_.root, [this](const TreeEntry& entry) { return add(entry); }));
    TRY(write(std::string(2 * tar_block, '\0')));
    TRY(compressor_.finish());
    const bool zstd = source_.compression == api::Compression::Zstd;
    layer_.descriptor.media_type = zstd ? media_type::layer_zstd : media_type::layer_gzip;
    layer_.descriptor.size = spool_.size();
    layer_.descriptor.digest = spool_.digest();
    layer_.diff_id = hash_.finish();
    return std::move(layer_);
  }

 private:
  Done add(const TreeEntry& entry) {
    if (stop_.stop_requested()) return fail("Cancelled", "told to stop while writing the layer", Retry::never());
    if (name_of(entry.path).starts_with(".wh.")) {
      return fail("TreeInvalid", "/" + entry.path + " has a name that image layers reserve for deleted files",
                  Retry::when_spec_changes());
    }
    switch (entry.status.st_mode & S_IFMT) {
      case S_IFREG:
        return add_file(entry);
      case S_IFDIR:
        return add_header(entry, TarType::Directory);
      case S_IFLNK:
        return add_header(entry, TarType::SymbolicLink, entry.link_target);
      case S_IFIFO:
        return add_header(entry, TarType::Fifo);
      default:
        if (layer_.left_out.size() < max_left_out) layer_.left_out.push_back("/" + entry.path);
        return {};
    }
  }

  Done add_file(const TreeEntry& entry) {
    if (entry.status.st_nlink > 1) {
      const auto [place, first] = links_.try_emplace({entry.status.st_dev, entry.status.st_ino}, entry.path);
      if (!first) return add_header(entry, TarType::HardLink, place->second);
    }
    TRY(add_header(entry, TarType::File));
    return add_content(entry);
  }

  Done add_header(const TreeEntry& entry, TarType type, std::string link = {}) {
    const auto epoch = std::max<std::int64_t>(0, source_.source_date_epoch);
    const auto own = std::clamp<std::int64_t>(entry.status.st_mtim.tv_sec, 0, epoch);
    TarEntry header{entry.path,
                    type,
                    entry.status.st_mode & permission_bits,
                    entry.status.st_uid,
                    entry.status.st_gid,
                    type == TarType::File ? static_cast<std::uint64_t>(entry.status.st_size) : 0,
                    static_cast<std::uint64_t>(type == TarType::Directory ? epoch : own),
                    std::move(link),
                    type == TarType::HardLink ? std::map<std::string, std::string>() : entry.xattrs};
    if (type == TarType::SymbolicLink) header.mode = 0777;
    return write(tar_header(header));
  }

  /// Straight from the file into the compressor's buffer.
  Done add_content(const TreeEntry& entry) {
    auto left = static_cast<std::uint64_t>(entry.status.st_size);
    while (left > 0) {
      TRY_ASSIGN(const auto room, compressor_.space());
      const auto count = ::read(entry.file, room.data(), std::min<std::uint64_t>(room.size(), left));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        const std::string why = count == 0 ? "it became shorter while it was read" : std::strerror(errno);
        return fail("TreeUnreadable", "reading /" + entry.path + ": " + why, Retry::never());
      }
      const auto size = static_cast<std::size_t>(count);
      take(room.first(size));
      compressor_.advance(size);
      left -= size;
    }
    const auto over = static_cast<std::uint64_t>(entry.status.st_size) % tar_block;
    return over == 0 ? Done() : write(std::string(tar_block - over, '\0'));
  }

  Done write(const std::string& bytes) {
    take(bytes);
    return compressor_.write(bytes);
  }

  void take(std::span<const char> bytes) {
    hash_.update({bytes.data(), bytes.size()});
    layer_.uncompressed_bytes += bytes.size();
  }

  const LayerSource& source_;
  const std::stop_token& stop_;
  Spool spool_;
  ChunkCompressor compressor_;
  base::Sha256 hash_;
  std::map<std::pair<dev_t, ino_t>, std::string> links_;  ///< first path of files with more than one name
  Layer layer_;
};

}  // namespace

Result<Layer> write_layer(const LayerSource& source, int file, const std::stop_token& stop) {
  return LayerWriter(source, file, stop).run();
}

}  // namespace staves::oci
