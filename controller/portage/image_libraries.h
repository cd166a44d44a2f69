#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "portage/elf_file.h"

namespace staves::portage {

/// A library that a file of the image needs and would not find.
struct MissingLibrary {
  std::string file;    ///< path in the image
  std::string soname;  ///< or the path of the loader
  bool is_64 = true;
  friend bool operator==(const MissingLibrary&, const MissingLibrary&) = default;
};

/// All dynamically linked files of a root, and where the loader would look for what they need.
class ImageLibraries {
 public:
  /// Reads the root. Links are not followed, /proc, /sys, /dev, the package database and files without programs are
  /// left out.
  explicit ImageLibraries(std::filesystem::path rootfs);

  /// Takes a file that was added since.
  void add(const std::filesystem::path& path_in_image);

  /// What is needed and not found in the run paths, /etc/ld.so.conf (musl: /etc/ld-musl-*.path) and the default
  /// directories. A library outside of all search directories (a plugin) may also need what another program has loaded
  /// before: anything of that name in the image will do.
  std::vector<MissingLibrary> missing() const;

  /// Whether the root has glibc, and files that would load libgcc_s.so.1 while they run.
  bool has_glibc() const;
  std::vector<std::string> unwinding_files() const;
  /// Whether programs of 64 bits are in the image (for an image without any: as the builder itself).
  bool is_64() const;

 private:
  using Found = std::optional<ElfFile>;

  void scan();
  void read_search_directories();
  std::optional<std::filesystem::path> resolve(const std::filesystem::path& path_in_image) const;
  bool provides(const std::filesystem::path& path_in_image, const ElfFile& user) const;
  bool found_for(const std::string& file, const ElfFile& elf, const std::string& soname) const;
  bool anywhere(const ElfFile& elf, const std::string& soname) const;
  bool is_searched(const std::string& file) const;

  std::filesystem::path rootfs_;
  std::map<std::string, ElfFile> files_;  ///< by path in the image
  std::vector<std::string> search_;       ///< ld.so.conf and defaults, 64 and 32 bits together
  bool musl_ = false;
};

}  // namespace staves::portage
