#include "portage/package_files.h"

#include <string_view>
#include <vector>

#include "base/files.h"
#include "portage/make_conf.h"

namespace staves::portage {
namespace {

/// One word of a configuration file: nothing in it can begin a line or a word of its own.
std::string word(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x20 && c != 0x7f) {
      out += c;
    }
  }
  return out;
}

void add_line(std::string& file, const std::string& atom, const std::vector<std::string>& words) {
  if (words.empty()) {
    return;
  }
  file += atom;
  for (const auto& each : words) {
    file += " " + word(each);
  }
  file += '\n';
}

void add_settings(std::map<std::string, std::string>& files, const api::PortageSettings& settings) {
  for (const auto& config : settings.package_config) {
    const auto atom = word(config.atom);
    add_line(files["package.use"], atom, config.use);
    add_line(files["package.accept_keywords"], atom, config.keywords);
    add_line(files["package.license"], atom, config.license);
    add_line(files["package.env"], atom, config.env);
    if (config.mask) {
      files["package.mask"] += atom + "\n";
    }
    if (config.unmask) {
      files["package.unmask"] += atom + "\n";
    }
  }
  for (const auto& environment : settings.environments) {
    files["env/" + environment.name] = make_conf_lines(environment.make_conf);
  }
}

}  // namespace

std::map<std::string, std::string> package_files(const api::PortageSettings& builder,
                                                 const api::PortageSettings& image) {
  std::map<std::string, std::string> files;
  add_settings(files, builder);
  add_settings(files, image);
  std::erase_if(files, [](const auto& file) { return file.second.empty() && !file.first.starts_with("env/"); });
  return files;
}

base::Done add_portage_file(const std::filesystem::path& etc_portage, const std::string& name,
                            const std::string& text) {
  auto path = etc_portage / name;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    path /= "zz-staves";
  }
  TRY(base::make_directories(path.parent_path()));
  std::string before;
  if (std::filesystem::exists(path, ignored)) {
    TRY_ASSIGN(before, base::read_file(std::filesystem::weakly_canonical(path, ignored)));
    if (!before.empty() && before.back() != '\n') {
      before += '\n';
    }
  }
  return base::write_file_atomically(path, before + text);
}

}  // namespace staves::portage
