#include "portage/stage3_settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "portage/assigned_names.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

// Links to a directory above would never end.
constexpr int deepest = 16;

/// Files and directories whose content reaches packages without Portage comparing it. Of make.profile only a directory
/// of the stage3's own; a link is the profile whose name the key has.
constexpr std::array<std::string_view, 7> deciding = {"package.env", "env",     "bashrc",      "patches",
                                                      "savedconfig", "profile", "make.profile"};

/// Name, length and bytes, so that no two trees look alike.
class TreeDigest {
 public:
  void add(const fs::path& path, const std::string& name, int depth = 0) {
    std::error_code failed;
    if (depth > deepest) return;
    if (fs::is_directory(path, failed)) {
      std::vector<std::string> names;
      for (const auto& entry : fs::directory_iterator(path, failed)) {
        names.push_back(entry.path().filename().string());
      }
      std::ranges::sort(names);
      for (const auto& each : names) {
        add(path / each, name + "/" + each, depth + 1);
      }
    } else if (fs::is_regular_file(path, failed)) {
      add_file(path, name);
    }
  }

  std::string finish() { return empty_ ? std::string() : sum_.finish(); }

 private:
  void add_file(const fs::path& path, const std::string& name) {
    empty_ = false;
    base::Sha256 content;
    std::ifstream file(path, std::ios::binary);
    std::array<char, 64U << 10U> block{};
    while (file.read(block.data(), block.size()) || file.gcount() > 0) {
      content.update({block.data(), static_cast<std::size_t>(file.gcount())});
    }
    sum_.update(std::to_string(name.size()) + " " + name + " " + content.finish() + "\n");
  }

  base::Sha256 sum_;
  bool empty_ = true;
};

}  // namespace

Stage3Settings stage3_settings(const Paths& paths) {
  const fs::path etc = paths.etc_portage();
  Stage3Settings settings;
  for (const auto& file : {paths.system / "etc/make.conf", etc / "make.conf", etc / "profile/make.defaults"}) {
    settings.variables.merge(assigned_names(paths.system, file));
  }
  for (const auto& file : {etc / "env", etc / "bashrc", etc / "profile/profile.bashrc"}) {
    settings.other_variables.merge(assigned_names(paths.system, file));
  }
  TreeDigest files;
  for (const auto name : deciding) {
    std::error_code failed;
    if (name != "make.profile" || !fs::is_symlink(etc / name, failed)) files.add(etc / name, std::string(name));
  }
  settings.files = files.finish();
  return settings;
}

}  // namespace staves::portage
