#include "oci/sources_step.h"

#include "api/step_result.h"
#include "base/handover.h"
#include "base/log.h"
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

Done bring_tree(const SourcesPlaces& places, RegistryOptions options,
                std::vector<std::pair<std::string, double>>& timings, const std::stop_token& stop) {
  Stopwatch watch(timings);
  TRY_ASSIGN(const auto plan, read_mounted_plan(places.plan));
  if (!plan.tree.fetch) return {};
  TRY_ASSIGN(const auto image, parse_reference(plan.tree.image));
  TRY_ASSIGN(auto credentials, read_mounted_credentials(places.pull_secret));
  options.insecure_registries.insert(options.insecure_registries.end(), plan.insecure_registries.begin(),
                                     plan.insecure_registries.end());
  Registry registry(std::move(options), std::move(credentials));
  const TreeSource source{image, std::string(tree_inside_image), plan.tree.location, own_architecture()};
  TRY_ASSIGN(const auto fetched, fetch_tree(registry, source, stop));
  base::log_info(fetched.was_there ? "the tree is on the volume" : "the tree was fetched",
                 {{"location", plan.tree.location}, {"downloaded_bytes", std::to_string(fetched.downloaded_bytes)}});
  watch.lap("tree");
  return {};
}

}  // namespace

int run_sources_step(const SourcesPlaces& places, RegistryOptions options, const std::stop_token& stop) {
  const auto handover = base::Handover::take(places.handover / "sources");
  if (!handover) return end_step(result_of(handover.error(), Direction::Pull), nullptr, places.termination_message);
  std::vector<std::pair<std::string, double>> timings;
  const auto brought = bring_tree(places, std::move(options), timings, stop);
  api::StepResult result;
  result.outcome = api::Outcome::Succeeded;
  if (!brought) result = result_of(brought.error(), Direction::Pull);
  result.timings = std::move(timings);
  return end_step(result, &*handover, places.termination_message);
}

}  // namespace staves::oci
