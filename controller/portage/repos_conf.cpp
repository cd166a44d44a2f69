#include "portage/repos_conf.h"

#include <string_view>

#include "base/files.h"

namespace staves::portage {
namespace {

/// The part of a link's target that names a profile; empty when it names none.
std::string profile_of(const std::filesystem::path& link) {
  std::error_code failed;
  const auto target = std::filesystem::read_symlink(link, failed).string();
  constexpr std::string_view mark = "/profiles/";
  const auto at = target.find(mark);
  return failed || at == std::string::npos ? std::string() : target.substr(at + mark.size());
}

}  // namespace

base::Done check_tree(const Paths& paths, const api::PlanTree& tree) {
  std::error_code ignored;
  const auto location = paths.inside(tree.location);
  if (std::filesystem::is_regular_file(location / "profiles/repo_name", ignored)) {
    return {};
  }
  if (tree.fetch) {
    return base::fail("TreeMissing", "no ebuild tree is at " + tree.location + ": the cache volume lost it",
                      base::Retry::soon());
  }
  return base::fail("TreeMissing",
                    "image volume is empty: no ebuild tree is at " + tree.location +
                        ". The cluster's ImageVolume feature is off, or the image holds no tree there; run the "
                        "controller without image volumes",
                    base::Retry::soon());
}

std::string tree_name(const Paths& paths, const api::PlanTree& tree) {
  const auto text = base::read_file(paths.inside(tree.location) / "profiles/repo_name", 4096);
  const auto name = text ? text->substr(0, text->find_first_of("\r\n \t")) : std::string();
  return name.empty() ? "gentoo" : name;
}

base::Done write_repos_conf(const Paths& paths, const api::PlanTree& tree, const std::vector<Overlay>& overlays) {
  const auto name = tree_name(paths, tree);
  const std::string text = "[DEFAULT]\nmain-repo = " + name + "\n\n[" + name + "]\nlocation = " + tree.location +
                           "\nauto-sync = no\n" + overlay_sections(paths, overlays, name);
  const auto path = paths.etc_portage() / "repos.conf";
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) {
    return base::write_file_atomically(path, text);
  }
  TRY(base::make_directories(path));
  return base::write_file_atomically(path / "zz-staves.conf", text);
}

base::Result<std::string> select_profile(const Paths& paths, const api::PlanTree& tree, const std::string& wanted) {
  const auto link = paths.etc_portage() / "make.profile";
  const auto own = profile_of(link);
  const auto& name = wanted.empty() ? own : wanted;
  std::error_code failed;
  if (name.empty()) {
    // A directory with a `parent` file is a profile of the stage3's own making.
    if (std::filesystem::is_directory(link, failed)) {
      return "custom";
    }
    return base::fail("ProfileMissing",
                      "the stage3 has no profile selected, and the builder names none: is spec.stage3.image of the "
                      "StavesBuilder a Gentoo stage3?",
                      base::Retry::when_spec_changes());
  }
  const auto target = std::filesystem::path(tree.location) / "profiles" / name;
  if (!std::filesystem::is_directory(paths.inside(target), failed)) {
    return base::fail("ProfileMissing", "the ebuild tree has no profile " + name, base::Retry::when_spec_changes());
  }
  std::filesystem::remove_all(link, failed);
  std::filesystem::create_directory_symlink(target, link, failed);
  if (failed) {
    return base::fail("FileUnwritable", "linking " + link.string() + ": " + failed.message(), base::Retry::never());
  }
  return name;
}

}  // namespace staves::portage
