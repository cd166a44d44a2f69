#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "api/image_config.h"
#include "base/result.h"

namespace staves::portage {

/// What the package database of a root tells.
struct InstalledPackages {
  std::vector<std::string> cpvs;       ///< "category/pf", sorted
  std::int64_t newest_build_time = 0;  ///< seconds since 1970; 0 when no package tells its own

  /// Whether a package with the name ("category/name") is there.
  bool has(std::string_view name) const;
};

/// Reads the database (/var/db/pkg of a root).
InstalledPackages installed_packages(const std::filesystem::path& database);

/// The CPV that owns a file of the image ("/usr/bin/bash"; a merged /usr is looked through), or empty.
std::string owner_of(const std::filesystem::path& database, const std::string& file);

/// Leaves of the database what the image shall keep. Minimal keeps what scanners and Portage's queries read and what is
/// the same whenever the same packages are merged: no counters, build times or environments. CONTENTS are settled in
/// both; Full numbers the packages in the order of their names. Errors: FileUnwritable (retry: never).
base::Done reduce_package_database(const std::filesystem::path& database, api::PackageDatabase keep,
                                   std::int64_t epoch);

/// Takes out of every CONTENTS what is not in the root any more, so that nobody looks for it.
/// Errors: those of write_file_atomically.
base::Done forget_absent_files(const std::filesystem::path& database, const std::filesystem::path& rootfs);

/// CONTENTS sorted by line, with no time after `epoch`, and the epoch itself for links.
std::string settled_contents(std::string_view contents, std::int64_t epoch);

}  // namespace staves::portage
