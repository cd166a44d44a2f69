#include "portage/live_revisions.h"

#include <array>

#include "base/files.h"
#include "base/process.h"
#include "portage/emerge_command.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

// As git-r3, mercurial and subversion export them.
constexpr std::array<std::string_view, 3> variables = {"EGIT_VERSION", "HG_REV_ID", "ESVN_WC_REVISION"};
constexpr std::size_t most_properties = 4096;
constexpr std::size_t most_revision = 128;

bool is_live(const fs::path& package) {
  const auto properties = base::read_file(package / "PROPERTIES", most_properties);
  if (!properties) return false;
  const auto is_space = [](char c) { return c == ' ' || c == '\n'; };
  const auto at = properties->find("live");
  if (at == std::string::npos) return false;
  const auto end = at + 4;
  return (at == 0 || is_space((*properties)[at - 1])) && (end == properties->size() || is_space((*properties)[end]));
}

/// What `line` sets `name` to: "declare -x NAME=\"value\"".
std::string_view value_of(std::string_view line, std::string_view name) {
  if (!line.starts_with("declare -")) return {};
  const auto begin = line.find(' ', std::string_view("declare ").size());
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin + 1);
  if (!line.starts_with(name)) return {};
  line.remove_prefix(name.size());
  if (!line.starts_with("=\"") || !line.ends_with('"') || line.size() < 4) return {};
  return line.substr(2, line.size() - 3);
}

bool is_revision(std::string_view text) {
  return !text.empty() && text.size() <= most_revision &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:+-") ==
             std::string_view::npos;
}

/// The environment is compressed by the stage3's own bzip2.
std::string environment_of(const fs::path& package) {
  const auto text = base::capture_output({.arguments = {"bzip2", "-dc", (package / "environment.bz2").string()},
                                          .environment = portage_environment(),
                                          .directory = "/",
                                          .deadline = {},
                                          .errors_apart = true});
  return text.value_or("");
}

}  // namespace

std::string revision_in(std::string_view environment) {
  while (!environment.empty()) {
    const auto end = environment.find('\n');
    const auto line = environment.substr(0, end);
    for (const auto name : variables) {
      if (const auto value = value_of(line, name); is_revision(value)) return std::string(value);
    }
    environment = end == std::string_view::npos ? std::string_view() : environment.substr(end + 1);
  }
  return {};
}

std::vector<api::LiveRevision> live_revisions(const fs::path& database, const InstalledPackages& installed) {
  std::vector<api::LiveRevision> live;
  for (const auto& cpv : installed.cpvs) {
    const auto package = database / cpv;
    if (is_live(package)) live.push_back({.package = cpv, .revision = revision_in(environment_of(package))});
  }
  return live;
}

}  // namespace staves::portage
