#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::portage {

/// A record of PKGDIR/Packages.
struct BinaryPackage {
  std::string category;
  std::string name;        ///< PN
  std::string full_name;   ///< PF
  std::string build_id;    ///< decimal
  std::string repository;  ///< where its ebuild came from
  std::string path;        ///< below PKGDIR
  std::string digest;      ///< MD5 of the file, by which the record is known
};

/// The text of the index of binary packages in a directory. Errors: those of read_file, in the first build of a
/// toolchain as well.
base::Result<std::string> binary_index(const std::filesystem::path& pkgdir);

/// The packages of an index. Records without a build id, a repository or the usual path are left out: Portage makes
/// none such.
std::vector<BinaryPackage> read_binary_index(std::string_view text);

/// The CPVs of an index whose ebuilds came from that repository, with a build id or without.
std::set<std::string> versions_of(std::string_view text, std::string_view repository);

/// The file of a binary package.
struct BinaryFile {
  std::string cpv;
  std::string digest;  ///< MD5
};

/// The binary packages of an index by the name under which emerge lists each: its CPV with the build id, or without
/// where it has none (as quickpkg leaves it). A name that several have is left out.
std::map<std::string, BinaryFile, std::less<>> binary_files(std::string_view text);

}  // namespace staves::portage
