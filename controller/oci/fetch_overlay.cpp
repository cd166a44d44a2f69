#include "oci/fetch_overlay.h"

#include "base/files.h"
#include "oci/git.h"
#include "oci/placed_directory.h"
#include "oci/safe_directory.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

Result<Git> git_for(const OverlayPlaces& places, const api::PlanRepository& repository) {
  auto configuration = write_git_configuration(places.credentials, repository);
  if (!configuration) return fail(std::move(configuration).error().within("overlay " + repository.name));
  return Git(repository, *std::move(configuration), places.ssh);
}

std::string first_word(std::string_view text) {
  return std::string(text.substr(0, text.find_first_of("\r\n \t#")));
}

/// `repo-name` of a layout.conf; empty: it has none.
std::string name_in_layout(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || first_word(line.substr(0, equals)) != "repo-name") continue;
    const auto begin = line.find_first_not_of(" \t", equals + 1);
    return begin == std::string_view::npos ? std::string() : first_word(line.substr(begin));
  }
  return {};
}

/// Portage passes over a repository whose section in repos.conf has another name than it gives itself.
Done check_name(const std::filesystem::path& tree, const std::string& wanted) {
  constexpr std::size_t most = 64U << 10U;
  const auto layout = base::read_file(tree / "metadata/layout.conf", most);
  std::string name = layout ? name_in_layout(*layout) : std::string();
  const auto file = base::read_file(tree / "profiles/repo_name", most);
  if (name.empty() && file) name = first_word(*file);
  if (name == wanted) return {};
  const std::string what = name.empty() ? "it is no ebuild repository: it has neither profiles/repo_name nor repo-name "
                                          "in metadata/layout.conf"
                                        : "it calls itself " + name + "; write that as its name";
  return fail("RepositoryInvalid", "overlay " + wanted + ": " + what, Retry::when_spec_changes());
}

}  // namespace

Result<std::string> resolve_overlay(const OverlayPlaces& places, const api::PlanRepository& repository,
                                    const std::stop_token& stop) {
  TRY_ASSIGN(const auto git, git_for(places, repository));
  return git.resolve(stop);
}

Result<FetchedOverlay> fetch_overlay(const OverlayPlaces& places, const api::PlanRepository& repository,
                                     const std::stop_token& stop) {
  const std::filesystem::path place = places.overlays / repository.name / repository.revision;
  TRY(base::make_directories(place.parent_path()));
  TRY_ASSIGN(const auto lock, lock_place(place, stop));
  if (is_placed(place)) return FetchedOverlay{repository.revision, true};
  sweep_unfinished(place);

  TRY_ASSIGN(const auto git, git_for(places, repository));
  TRY_ASSIGN(const auto unfinished, UnfinishedDirectory::make(place));
  const std::filesystem::path tree = unfinished.path() / "tree";
  TRY(git.check_out(repository.revision, unfinished.path() / "git", tree, stop));
  TRY(check_name(tree, repository.name));
  TRY_ASSIGN(const auto directory, SafeDirectory::open(tree));
  TRY(directory.sync());
  TRY(place_directory(tree, place));
  return FetchedOverlay{repository.revision, false};
}

}  // namespace staves::oci
