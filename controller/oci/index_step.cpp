#include "oci/index_step.h"

#include "api/step_result.h"
#include "oci/image_index.h"
#include "oci/manifest.h"
#include "oci/media_types.h"
#include "oci/mounted_plan.h"
#include "oci/push_secret.h"
#include "oci/push_tagged.h"
#include "oci/step_ending.h"

namespace staves::oci {
namespace {

using base::Result;

/// As the registry has them: the size of a manifest stands nowhere else.
Result<std::vector<IndexEntry>> look_up(Registry& registry, const api::IndexPlan& plan, const std::stop_token& stop) {
  std::vector<IndexEntry> entries;
  for (const api::IndexedImage& image : plan.images) {
    TRY_ASSIGN(const auto reference, parse_reference(plan.target.repository + "@" + image.digest));
    TRY_ASSIGN(const auto fetched, registry.get_manifest(reference, stop));
    // Whatever header it came with, it is one of ours.
    TRY(parse_manifest(fetched.bytes));
    const Descriptor manifest{std::string(media_type::manifest), image.digest, fetched.bytes.size()};
    entries.push_back({.manifest = manifest, .platform = image.platform});
  }
  return entries;
}

api::PublishResult result_of_push(const api::IndexPlan& plan, const Descriptor& index, bool was_there) {
  api::PublishResult result;
  result.digest = index.digest;
  const auto size = static_cast<std::int64_t>(index.size);
  (was_there ? result.reused_bytes : result.pushed_bytes) = size;
  for (const api::IndexedImage& image : plan.images) {
    result.size_bytes += image.size_bytes;
    result.uncompressed_bytes += image.uncompressed_bytes;
  }
  result.images = plan.images;
  result.layers = static_cast<std::int64_t>(plan.images.size());
  return result;
}

api::StepResult failed(const base::Error& error, Direction direction) {
  api::StepResult result = result_of(error, direction);
  if (result.failure) result.failure->phase = "publish";
  return result;
}

Result<api::PublishResult> push_index(Registry& registry, const api::IndexPlan& plan,
                                      const std::vector<IndexEntry>& entries, const std::stop_token& stop) {
  TRY_ASSIGN(const auto repository, parse_repository(plan.target.repository));
  const std::string document = index_document(entries, plan.target.annotations);
  const Descriptor index = describe(media_type::index, document);
  TRY_ASSIGN(const bool was_there, push_tagged(registry, repository, index, document, plan.target.tags, stop));
  return result_of_push(plan, index, was_there);
}

api::StepResult run(const IndexPlaces& places, RegistryOptions options, const std::stop_token& stop) {
  const auto plan = read_mounted_index_plan(places.plan);
  if (!plan) return failed(plan.error(), Direction::Push);
  auto credentials = read_push_secret(places.push_secret, plan->push_secret);
  if (!credentials) return failed(credentials.error(), Direction::Push);
  Registry registry(with_insecure(std::move(options), plan->insecure_registries), *std::move(credentials));
  // What the registry has lost is built again, and then it is there: worth another try.
  const auto entries = look_up(registry, *plan, stop);
  if (!entries) return failed(entries.error(), Direction::Pull);
  auto pushed = push_index(registry, *plan, *entries, stop);
  if (!pushed) return failed(pushed.error(), Direction::Push);
  api::StepResult result;
  result.outcome = api::Outcome::Succeeded;
  result.publish = *std::move(pushed);
  return result;
}

}  // namespace

int run_index_step(const IndexPlaces& places, RegistryOptions options, const std::stop_token& stop) {
  return end_step(run(places, std::move(options), stop), nullptr, places.termination_message);
}

}  // namespace staves::oci
