#include "decide/repositories.h"

#include <algorithm>

#include "decide/inputs.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using api::Repository;
using base::Json;

Json entry_of(const Json& owner, const std::string& name) {
  const auto list = owner.find("repositories");
  if (list == owner.end() || !list->is_array()) return {};
  for (const Json& entry : *list) {
    if (entry.value("name", "") == name) return entry;
  }
  return {};
}

std::string revision_in(const Json& document, const std::string& name) {
  const Json revisions = document.value("revisions", Json::object());
  return revisions.value(name, "");
}

/// What the last build had, if it was of the same place.
struct Last {
  bool same_place = false;
  std::string input;  ///< its revision as an input; empty: it was none
  std::string found;  ///< its revision, whoever found it out
};

Last last_of(const api::BuildStatus& build, const Repository& repository) {
  if (build.number == 0) return {};
  const Json document = document_of(build.inputs);
  const Json entry = repository_in(document, repository.name);
  Last last;
  last.same_place = entry.value("uri", "") == repository.uri && entry.value("branch", "") == repository.branch;
  last.input = revision_in(document, repository.name);
  const auto found = std::ranges::find(build.inputs.repositories, repository.name, &api::RepositoryRevision::name);
  if (found != build.inputs.repositories.end()) last.found = found->revision;
  return last;
}

void find_out(const Repository& repository, const TagLookup& lookup, const api::BuildStatus& build,
              KnownRevisions& known) {
  known.failed = known.failed || lookup.error.has_value();
  const Last last = last_of(build, repository);
  if (lookup.digest) {
    const bool is_news = !last.same_place || !last.input.empty() || last.found != *lookup.digest;
    if (is_news) known.revisions.push_back({repository.name, *lookup.digest});
  } else if (last.same_place) {
    if (!last.input.empty()) known.revisions.push_back({repository.name, last.input});
  } else if (!lookup.error && known.awaited.empty()) {
    known.awaited = repository.name;
  }
}

}  // namespace

std::string branch_reference(const Repository& repository) {
  const bool is_http = repository.uri.starts_with("https://") || repository.uri.starts_with("http://");
  const bool is_open = repository.secret_name.empty() && repository.revision.empty();
  if (repository.type != api::RepositoryType::Git || !is_http || !is_open) return {};
  return repository.uri + "#" + repository.branch;
}

KnownRevisions known_revisions(const ImageObservation& seen) {
  KnownRevisions known;
  for (const Repository& repository :
       api::all_repositories(seen.builder->spec.repositories, seen.wanted->spec.repositories)) {
    const std::string reference = branch_reference(repository);
    if (reference.empty()) continue;
    const auto lookup = std::ranges::find(seen.branches, reference, &TagLookup::reference);
    find_out(repository, lookup == seen.branches.end() ? TagLookup{reference, {}, {}} : *lookup,
             seen.wanted->status.build, known);
  }
  return known;
}

Json repository_in(const Json& document, const std::string& name) {
  if (Json own = entry_of(document, name); !own.is_null()) return own;
  const Json builder = document.value("builder", Json::object());
  return entry_of(builder.value("portage", Json::object()), name);
}

std::string missing_secret(const api::StavesImageSpec& image, const api::StavesBuilderSpec& builder) {
  if (!builder.credentials.ssh_secret_name.empty()) return {};
  for (const Repository& one : api::all_repositories(builder.repositories, image.repositories)) {
    if (!one.uri.starts_with("ssh://") || !one.secret_name.empty()) continue;
    return "the overlay " + one.name +
           " is reached by ssh, which needs a key and known_hosts: name a kubernetes.io/ssh-auth Secret in its "
           "secretRef, or in spec.credentials.sshSecretRef of the StavesBuilder";
  }
  return {};
}

}  // namespace staves::decide
