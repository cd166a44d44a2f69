#include "decide/reason_repository.h"

#include <algorithm>

#include "decide/changes.h"
#include "decide/repositories.h"
#include "nlohmann/json.hpp"

namespace staves::decide {

namespace {

/// The revision that the last build used, whether the operator or its pod had found it out; null when nobody knows.
base::Json last_revision(const Comparison& compared, const std::string& name) {
  const base::Json inputs = compared.was.value("revisions", base::Json::object());
  if (inputs.contains(name)) return inputs[name];
  const auto& used = compared.last.build.inputs.repositories;
  const auto found = std::ranges::find(used, name, &api::RepositoryRevision::name);
  return found == used.end() ? base::Json() : base::Json(found->revision);
}

}  // namespace

std::optional<api::ReasonToBuild> reason_repository(const Comparison& compared) {
  if (compared.image_is_current || compared.last.build.number == 0) return std::nullopt;
  std::vector<api::Change> changes;
  const base::Json is = compared.is.value("revisions", base::Json::object());
  for (const auto& [name, revision] : is.items()) {
    // One that was not there is a change of the spec.
    if (repository_in(compared.was, name).is_null()) continue;
    auto change = changes_between(last_revision(compared, name), revision, "repositories[" + name + "].revision");
    changes.insert(changes.end(), change.begin(), change.end());
  }
  if (changes.empty()) return std::nullopt;
  return api::ReasonToBuild{api::BuildReason::Repository, std::move(changes)};
}

}  // namespace staves::decide
