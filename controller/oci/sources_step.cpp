#include "oci/sources_step.h"

#include "api/step_result.h"
#include "base/handover.h"
#include "base/log.h"
#include "oci/bring_overlays.h"
#include "oci/collect_trees.h"
#include "oci/fetch_tree.h"
#include "oci/mounted_file.h"
#include "oci/mounted_plan.h"
#include "oci/platform.h"
#include "oci/step_ending.h"
#include "oci/stopwatch.h"

namespace staves::oci {
namespace {

using base::Done;
using base::Result;

constexpr std::string_view tree_inside_image = "var/db/repos/gentoo";

Done bring_tree(const SourcesPlaces& places, const api::Plan& plan, RegistryOptions options,
                const std::stop_token& stop) {
  TRY_ASSIGN(const auto image, parse_reference(plan.tree.image));
  TRY_ASSIGN(auto credentials, read_mounted_credentials(places.pull_secret));
  Registry registry(with_insecure(std::move(options), plan.insecure_registries), std::move(credentials));
  const TreeSource source{image, std::string(tree_inside_image), plan.tree.location, own_architecture()};
  TRY_ASSIGN(const auto fetched, fetch_tree(registry, source, stop));
  base::log_info(fetched.was_there ? "the tree is on the volume" : "the tree was fetched",
                 {{"location", plan.tree.location}, {"downloaded_bytes", std::to_string(fetched.downloaded_bytes)}});
  return {};
}

Done bring_all(const SourcesPlaces& places, RegistryOptions options, api::StepResult& result,
               const std::stop_token& stop) {
  Stopwatch watch(result.timings);
  TRY_ASSIGN(const auto plan, read_mounted_plan(places.plan));
  // Overlays first: a wrong key is told before a large tree is fetched.
  if (!plan.repositories.empty()) {
    TRY_ASSIGN(result.repositories, bring_overlays(places.overlays, plan, stop));
    watch.lap("overlays");
  }
  if (plan.tree.fetch) {
    TRY(bring_tree(places, plan, std::move(options), stop));
    watch.lap("tree");
  }
  return {};
}

/// After the handover: nobody waits for it.
void collect_old_trees(const SourcesPlaces& places) {
  const auto plan = read_mounted_plan(places.plan);
  if (plan && plan->tree.fetch) collect_trees(plan->tree.location);
}

}  // namespace

int run_sources_step(const SourcesPlaces& places, RegistryOptions options, const std::stop_token& stop) {
  const auto handover = base::Handover::take(places.handover / "sources");
  if (!handover) return end_step(result_of(handover.error(), Direction::Pull), nullptr, places.termination_message);
  api::StepResult result;
  const auto brought = bring_all(places, std::move(options), result, stop);
  const api::StepResult ending = brought ? api::StepResult{} : result_of(brought.error(), Direction::Pull);
  result.outcome = brought ? api::Outcome::Succeeded : ending.outcome;
  result.failure = ending.failure;
  const int code = end_step(result, &*handover, places.termination_message);
  if (brought) collect_old_trees(places);
  return code;
}

}  // namespace staves::oci
