#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::base {

/// Reads a whole regular file without following a symbolic link at its end.
/// Errors: FileNotFound (retry: never), FileTooLarge (never) above `max_bytes`, FileUnreadable (never).
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes = 16U << 20U);

/// The same for a file that the kubelet projects into a container, which is a symbolic link: links are followed.
/// Only for paths whose directory nobody else writes. Errors: as read_file.
Result<std::string> read_mounted_file(const std::filesystem::path& path, std::size_t max_bytes = 16U << 20U);

/// Writes a file by way of `<path>.tmp` and a rename: readers see all or nothing.
/// Errors: FileUnwritable (retry: never); DiskFull (soon).
Done write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

/// Makes a directory and its parents; success when it is there.
/// Errors: FileUnwritable (never), DiskFull (soon).
Done make_directories(const std::filesystem::path& path);

/// Bytes of all regular files below a directory (hard links once, links not followed). 0 when there is none.
std::uint64_t bytes_below(const std::filesystem::path& directory);

}  // namespace staves::base
