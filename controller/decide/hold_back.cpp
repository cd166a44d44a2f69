#include "decide/hold_back.h"

#include <set>

#include "base/digest.h"
#include "decide/repositories.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

void take_back(Json& document, const Json& was, const char* member) {
  if (const auto old = was.find(member); old != was.end()) {
    document[member] = *old;
  } else {
    document.erase(member);
  }
}

bool is_own(const Json& document, const std::string& name) {
  const auto list = document.find("repositories");
  if (list == document.end()) return false;
  return std::ranges::any_of(*list, [&](const Json& one) { return one.value("name", "") == name; });
}

/// Revisions of overlays of the builder whose entry there is another by now.
void take_back_revisions(Json& document, const Json& was, const Json& is) {
  const Json old_ones = was.value("revisions", Json::object());
  Json revisions = is.value("revisions", Json::object());
  std::set<std::string> names;
  for (const Json* side : {&old_ones, static_cast<const Json*>(&revisions)}) {
    for (const auto& [name, revision] : side->items()) names.insert(name);
  }
  for (const std::string& name : names) {
    if (is_own(is, name) || repository_in(was, name) == repository_in(is, name)) continue;
    take_back(revisions, old_ones, name.c_str());
  }
  document.erase("revisions");
  if (!revisions.empty()) document["revisions"] = std::move(revisions);
}

}  // namespace

Inputs with_held_back(const Inputs& now, const api::RebuildPolicy& policy, const api::BuildStatus& last) {
  const bool holds_tree = policy.on_tree_change == api::OnTreeChange::Never;
  const bool holds_builder = !policy.on_builder_change;
  if ((!holds_tree && !holds_builder) || last.number == 0 || !last.completion_time) return now;
  const Json was = document_of(last.inputs);
  const auto is = base::parse_json(now.document);
  if (!is) return now;
  Json document = *is;
  if (holds_tree) take_back(document, was, "tree");
  if (holds_builder) {
    take_back(document, was, "stage3");
    const bool was_kept = was.contains("packages");
    if (was_kept) {
      take_back(document, was, "builder");
      take_back_revisions(document, was, *is);
    }
  }
  Inputs held = now;
  held.document = base::to_canonical_json(document);
  held.digest = base::sha256_digest(held.document);
  return held;
}

}  // namespace staves::decide
