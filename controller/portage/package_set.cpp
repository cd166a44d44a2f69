#include "portage/package_set.h"

#include <optional>
#include <set>

#include "base/digest.h"
#include "base/files.h"
#include "portage/binary_index.h"
#include "portage/package_database.h"

namespace staves::portage {
namespace {

/// "<CPV> <digest>"
using PackageSet = std::set<std::string>;

std::string trimmed(std::string_view text) {
  return std::string(text.substr(0, text.find_last_not_of(" \n") + 1));
}

/// Nothing when a package does not tell which file it came from.
std::optional<PackageSet> installed_set(const std::filesystem::path& database) {
  PackageSet set;
  for (const std::string& cpv : installed_packages(database).cpvs) {
    constexpr std::size_t most_digest_bytes = 64;
    const auto digest = base::read_file(database / cpv / "BINPKGMD5", most_digest_bytes);
    if (!digest || trimmed(*digest).empty()) return std::nullopt;
    set.insert(cpv + " " + trimmed(*digest));
  }
  return set;
}

std::string digest_of(const PackageSet& set) {
  std::string text;
  for (const std::string& line : set) text += line + "\n";
  return base::sha256_digest(text);
}

}  // namespace

std::string package_set_digest(const std::filesystem::path& database) {
  const auto set = installed_set(database);
  return set ? digest_of(*set) : std::string();
}

std::string package_set_digest(const std::filesystem::path& database, const std::vector<PlannedMerge>& list,
                               std::string_view index) {
  auto set = installed_set(database);
  if (!set) return {};
  const auto files = binary_files(index);
  for (const PlannedMerge& merge : list) {
    if (!merge.to_root) continue;
    const auto file = files.find(merge.cpv);
    if (!merge.binary || file == files.end()) return {};
    set->insert(file->second.cpv + " " + file->second.digest);
  }
  return digest_of(*set);
}

}  // namespace staves::portage
