#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace staves::oci {

/// Values are the type flags of ustar.
enum class TarType : char { File = '0', HardLink = '1', SymbolicLink = '2', Directory = '5', Fifo = '6' };

/// What a tar says about one file. Owner and group names and device numbers are left out for good: an image has only
/// numbers.
struct TarEntry {
  std::string path;  ///< relative; a directory's ends with '/'
  TarType type = TarType::File;
  std::uint32_t mode = 0;  ///< permission bits, setuid, setgid, sticky
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;   ///< of a File, else 0
  std::uint64_t mtime = 0;  ///< whole seconds since 1970
  std::string link;         ///< target of a HardLink (a path in the tar) or SymbolicLink
  std::map<std::string, std::string> xattrs;
};

inline constexpr std::size_t tar_block = 512;

/// The header blocks of an entry: plain ustar where it fits, a PAX record before it where it does not. Equal entries
/// give equal bytes, whatever the machine, its locale or a library's version: layers keep their digest through upgrades
/// of ours. Source: POSIX pax; image-spec layer.md; xattrs as SCHILY.xattr.
std::string tar_header(const TarEntry& entry);

}  // namespace staves::oci
