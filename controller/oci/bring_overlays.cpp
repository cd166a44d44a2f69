#include "oci/bring_overlays.h"

#include <algorithm>
#include <chrono>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "nlohmann/json.hpp"
#include "oci/placed_directory.h"

namespace staves::oci {
namespace {

using base::Result;
namespace fs = std::filesystem;
using Revisions = std::vector<api::RepositoryRevision>;

constexpr std::chrono::hours unused_for{24 * 14};

fs::path record_of(const OverlayPlaces& places, const api::Plan& plan) {
  return places.overlays / ".builds" / plan.build_key;
}

/// What an earlier pod of this build has found out.
Revisions read_record(const fs::path& record) {
  const auto text = base::read_file(record, 64U << 10U);
  const auto json = text ? base::parse_json(*text) : base::Result<base::Json>(base::Json::object());
  if (!json) return {};
  api::Problem problem;
  Revisions known = api::read_revisions(api::Fields(*json, "", problem));
  return problem.found() ? Revisions() : known;
}

base::Done write_record(const fs::path& record, const Revisions& revisions) {
  base::Json json = base::Json::object();
  api::put_revisions(json, revisions);
  TRY(base::make_directories(record.parent_path()));
  return base::write_file_atomically(record, base::to_canonical_json(json));
}

/// The overlays of the plan, each with its revision. Nothing is fetched before all are known.
Result<std::vector<api::PlanRepository>> resolved(const OverlayPlaces& places, const api::Plan& plan,
                                                  const std::stop_token& stop) {
  Revisions known = plan.build_key.empty() ? Revisions() : read_record(record_of(places, plan));
  const std::size_t before = known.size();
  std::vector<api::PlanRepository> repositories;
  for (api::PlanRepository one : plan.repositories) {
    if (one.type != api::RepositoryType::Git) continue;
    if (one.revision.empty()) {
      const auto found = std::ranges::find(known, one.name, &api::RepositoryRevision::name);
      if (found != known.end()) {
        one.revision = found->revision;
      } else {
        TRY_ASSIGN(one.revision, resolve_overlay(places, one, stop));
        known.push_back({one.name, one.revision});
      }
    }
    repositories.push_back(std::move(one));
  }
  if (known.size() != before) TRY(write_record(record_of(places, plan), known));
  return repositories;
}

bool is_old(const fs::path& path) {
  std::error_code failed;
  const auto changed = fs::last_write_time(path, failed);
  return !failed && fs::file_time_type::clock::now() - changed > unused_for;
}

/// Whoever uses a revision takes its lock first, which makes it new again.
void remove_unused(const OverlayPlaces& places, const fs::path& overlay) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(overlay, ignored)) {
    const fs::path& place = entry.path();
    const fs::path lock = place.string() + ".lock";
    if (!api::is_revision(place.filename().string()) || !is_old(lock)) continue;
    base::log_info("removing an overlay that no build uses", {{"path", place.string()}});
    const fs::path going = place.string() + ".tmp.unused";
    fs::rename(place, going, ignored);
    fs::remove_all(going, ignored);
    fs::remove_all(places.metadata / place.relative_path(), ignored);
    fs::remove(lock, ignored);
  }
}

void remove_what_is_unused(const OverlayPlaces& places) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(places.overlays / ".builds", ignored)) {
    if (is_old(entry.path())) fs::remove(entry.path(), ignored);
  }
  for (const auto& entry : fs::directory_iterator(places.overlays, ignored)) {
    if (api::is_repository_name(entry.path().filename().string())) remove_unused(places, entry.path());
  }
}

}  // namespace

Result<Revisions> bring_overlays(const OverlayPlaces& places, const api::Plan& plan, const std::stop_token& stop) {
  TRY_ASSIGN(const auto repositories, resolved(places, plan, stop));
  Revisions revisions;
  for (const api::PlanRepository& one : repositories) {
    TRY_ASSIGN(const auto fetched, fetch_overlay(places, one, stop));
    base::log_info(fetched.was_there ? "the overlay is on the volume" : "the overlay was fetched",
                   {{"overlay", one.name}, {"revision", one.revision}});
    revisions.push_back({one.name, one.revision});
  }
  if (!repositories.empty()) remove_what_is_unused(places);
  return revisions;
}

}  // namespace staves::oci
