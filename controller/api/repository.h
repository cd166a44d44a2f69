#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/fields.h"
#include "base/json.h"

namespace staves::api {

/// How an overlay is brought, in Portage's own words (sync-type).
enum class RepositoryType { Git, Rsync, Zipfile };

/// An ebuild repository beside the tree: spec.repositories[] of a StavesImage, spec.portage.repositories[] of a
/// StavesBuilder.
struct Repository {
  std::string name;  ///< [A-Za-z0-9_][A-Za-z0-9_-]{0,39}: also a directory and a section of repos.conf
  RepositoryType type = RepositoryType::Git;
  std::string uri;                       ///< without credentials
  std::string branch;                    ///< git only; empty: the server's own default
  std::string revision;                  ///< git only; empty: what the branch points to
  std::string secret_name;               ///< git only; empty: the builder's credentials, or none
  std::optional<std::int64_t> priority;  ///< -999..999
  friend bool operator==(const Repository&, const Repository&) = default;
};

/// A revision that a build uses.
struct RepositoryRevision {
  std::string name;
  std::string revision;  ///< 40 or 64 hex digits
  friend bool operator==(const RepositoryRevision&, const RepositoryRevision&) = default;
};

/// A repository as the build pod is told.
struct PlanRepository {
  std::string name;
  RepositoryType type = RepositoryType::Git;
  std::string uri;
  std::string branch;
  std::string revision;  ///< git; empty: `sources` finds it out
  std::int64_t priority = 0;
  bool own_secret = false;  ///< its credentials are in /staves/secrets/overlays/<name>
  friend bool operator==(const PlanRepository&, const PlanRepository&) = default;
};

std::string_view to_string(RepositoryType type);

/// The list that a build uses: the builder's, then the image's, which hide those of the same name.
std::vector<Repository> all_repositories(const std::vector<Repository>& builder, const std::vector<Repository>& image);

/// Whether the text is a whole revision of git.
bool is_revision(std::string_view text);
/// Whether the text can be a repository's name.
bool is_repository_name(std::string_view text);

/// The member "repositories" of the object that has it.
std::vector<Repository> read_repositories(const Fields& owner);
/// Shape of the spec. Nothing is put for an empty list.
void put_repositories(base::Json& owner, const std::vector<Repository>& repositories);

std::vector<PlanRepository> read_plan_repositories(const Fields& owner);
void put_plan_repositories(base::Json& owner, const std::vector<PlanRepository>& repositories);

/// [{name, revision}]: in a step's result, in `done` and in status.build.inputs.
std::vector<RepositoryRevision> read_revisions(const Fields& owner);
void put_revisions(base::Json& owner, const std::vector<RepositoryRevision>& revisions);

}  // namespace staves::api
