#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace staves::portage {

/// What the dynamic loader reads of a program or a library.
struct ElfFile {
  bool is_64 = false;
  std::uint16_t machine = 0;  ///< e_machine
  std::string interpreter;    ///< PT_INTERP; empty for a library
  std::string soname;
  std::vector<std::string> needed;   ///< DT_NEEDED, in order
  std::vector<std::string> rpath;    ///< DT_RPATH, split; "$ORIGIN" not yet replaced
  std::vector<std::string> runpath;  ///< DT_RUNPATH, split
  /// Names functions of glibc that load libgcc_s.so.1 when they are called (pthread_exit, pthread_cancel, backtrace).
  bool unwinds = false;
  friend bool operator==(const ElfFile&, const ElfFile&) = default;
};

/// Reads a dynamically linked little-endian ELF file of 32 or 64 bits. Nothing for anything else: another file, a
/// static program, an object file, a damaged file. Reads a few KiB of it. Source: System V ABI, ELF; generic part and
/// dynamic linking.
std::optional<ElfFile> read_elf(const std::filesystem::path& path);

}  // namespace staves::portage
