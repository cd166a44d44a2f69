#include "portage/package_origin.h"

#include "base/files.h"
#include "base/json.h"
#include "base/process.h"
#include "nlohmann/json.hpp"
#include "portage/emerge_command.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

base::Result<std::string> tar(std::vector<std::string> arguments, const std::stop_token& stop) {
  base::Command command;
  command.arguments = std::move(arguments);
  command.arguments.insert(command.arguments.begin(), "tar");
  command.environment = portage_environment();
  command.errors_apart = true;
  return base::capture_output(command, stop);
}

/// The metadata is an archive inside of the package, compressed in one of several ways; tar tells by the file.
std::string read_out(const fs::path& file, const fs::path& scratch, const std::stop_token& stop) {
  if (!base::make_directories(scratch)) return {};
  if (!tar({"-xf", file.string(), "-C", scratch.string(), "--wildcards", "*/metadata.tar*"}, stop)) return {};
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(scratch, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("metadata.tar") || name.ends_with(".sig")) continue;
    auto text = tar({"-xOf", entry.path().string(), "metadata/REPO_REVISIONS"}, stop);
    return text.value_or("");
  }
  return {};
}

std::string revision_of(const std::string& text, const std::string& repository) {
  const auto json = base::parse_json(text);
  if (!json || !json->is_object()) return {};
  const auto found = json->find(repository);
  return found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string origin_of(const fs::path& pkgdir, const BinaryPackage& package, const std::stop_token& stop) {
  const fs::path remembered = pkgdir / ".origins" / package.digest;
  if (auto known = base::read_file(remembered, 256)) return *known;
  const fs::path scratch = fs::temp_directory_path() / ("staves-origin-" + package.digest);
  std::string revision = revision_of(read_out(pkgdir / package.path, scratch, stop), package.repository);
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  if (stop.stop_requested()) return {};
  // Only an answer that is asked for again and again; without it the next build reads the package once more.
  if (base::make_directories(remembered.parent_path())) (void)base::write_file_atomically(remembered, revision);
  return revision;
}

}  // namespace staves::portage
