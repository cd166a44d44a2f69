#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <string_view>
#include <vector>

namespace staves::test {

/// What libarchive reads from a compressed tar: one line a file, in order, "type path mode size mtime link".
struct Unpacked {
  std::vector<std::string> lines;
  std::vector<std::string> paths;
  std::string contents;             ///< of all files, one after the other
  std::vector<std::string> xattrs;  ///< "path name=value"
};

inline Unpacked unpack(std::string_view bytes) {
  Unpacked result;
  archive* reader = archive_read_new();
  archive_read_support_format_all(reader);
  archive_read_support_filter_all(reader);
  archive_read_open_memory(reader, bytes.data(), bytes.size());
  for (archive_entry* entry = nullptr; archive_read_next_header(reader, &entry) == ARCHIVE_OK;) {
    const char* hard = archive_entry_hardlink(entry);
    const char* link = archive_entry_symlink(entry);
    const std::string path = archive_entry_pathname(entry);
    const char type = hard != nullptr                             ? 'h'
                      : link != nullptr                           ? 'l'
                      : archive_entry_filetype(entry) == AE_IFDIR ? 'd'
                      : archive_entry_filetype(entry) == AE_IFIFO ? 'p'
                                                                  : 'f';
    char mode[8];
    std::snprintf(mode, sizeof mode, "%o", static_cast<unsigned>(archive_entry_perm(entry)));
    const std::string target = hard != nullptr ? hard : link != nullptr ? link : "";
    result.paths.push_back(path);
    result.lines.push_back(std::string(1, type) + " " + path + " " + mode + " " +
                           std::to_string(archive_entry_size(entry)) + " " +
                           std::to_string(archive_entry_mtime(entry)) + (target.empty() ? "" : " " + target));
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    archive_entry_xattr_reset(entry);
    while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
      result.xattrs.push_back(path + " " + name + "=" + std::string(static_cast<const char*>(value), size));
    }
    char buffer[65536];
    for (la_ssize_t count = 0; (count = archive_read_data(reader, buffer, sizeof buffer)) > 0;) {
      result.contents.append(buffer, static_cast<std::size_t>(count));
    }
  }
  archive_read_free(reader);
  return result;
}

}  // namespace staves::test
