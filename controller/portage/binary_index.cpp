#include "portage/binary_index.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "base/files.h"

namespace staves::portage {
namespace {

using Record = std::map<std::string, std::string, std::less<>>;

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

bool is_plain(std::string_view text) {
  return !text.empty() && !text.starts_with('.') &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c != '/' && c != 0x7f; });
}

std::string value_of(const Record& record, std::string_view key) {
  const auto found = record.find(key);
  return found == record.end() ? std::string() : found->second;
}

/// "<category>/<name>/<full name>-<build id>.gpkg.tar"
std::optional<BinaryPackage> package_of(const Record& record) {
  const auto value = [&](std::string_view key) { return value_of(record, key); };
  const std::string cpv = value("CPV");
  const std::string path = value("PATH");
  const auto slash = cpv.find('/');
  const auto first = path.find('/');
  const auto second = first == std::string::npos ? first : path.find('/', first + 1);
  if (slash == std::string::npos || second == std::string::npos) return std::nullopt;
  BinaryPackage package{.category = cpv.substr(0, slash),
                        .name = path.substr(first + 1, second - first - 1),
                        .full_name = cpv.substr(slash + 1),
                        .build_id = value("BUILD_ID"),
                        .repository = value("REPO"),
                        .path = path,
                        .digest = value("MD5")};
  const bool numbered =
      !package.build_id.empty() && package.build_id.find_first_not_of("0123456789") == std::string::npos;
  const bool hashed =
      package.digest.size() == 32 && package.digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  const bool whole = numbered && hashed && is_plain(package.category) && is_plain(package.name) &&
                     is_plain(package.full_name) && is_plain(package.repository) &&
                     path.find("..") == std::string::npos;
  return whole ? std::optional(package) : std::nullopt;
}

void read_records(std::string_view text, const std::function<void(const Record&)>& visit) {
  Record record;
  while (!text.empty()) {
    const auto line = next_line(text);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
      record.insert_or_assign(std::string(line.substr(0, colon)), line.substr(colon + 2));
    if (!line.empty() && !text.empty()) continue;
    visit(record);
    record.clear();
  }
}

}  // namespace

base::Result<std::string> binary_index(const std::filesystem::path& pkgdir) {
  constexpr std::size_t most_bytes = 256U << 20U;
  return base::read_file(pkgdir / "Packages", most_bytes);
}

std::vector<BinaryPackage> read_binary_index(std::string_view text) {
  std::vector<BinaryPackage> packages;
  read_records(text, [&](const Record& record) {
    if (auto package = package_of(record)) packages.push_back(*std::move(package));
  });
  return packages;
}

std::set<std::string> versions_of(std::string_view text, std::string_view repository) {
  std::set<std::string> versions;
  read_records(text, [&](const Record& record) {
    if (value_of(record, "REPO") == repository) versions.insert(value_of(record, "CPV"));
  });
  return versions;
}

std::map<std::string, BinaryFile, std::less<>> binary_files(std::string_view text) {
  std::map<std::string, BinaryFile, std::less<>> files;
  std::set<std::string> several;
  read_records(text, [&](const Record& record) {
    const BinaryFile file{.cpv = value_of(record, "CPV"), .digest = value_of(record, "MD5")};
    const std::string build_id = value_of(record, "BUILD_ID");
    if (file.cpv.empty() || file.digest.empty()) return;
    const std::string name = build_id.empty() ? file.cpv : file.cpv + "-" + build_id;
    if (!files.emplace(name, file).second) several.insert(name);
  });
  for (const std::string& name : several) files.erase(name);
  return files;
}

}  // namespace staves::portage
