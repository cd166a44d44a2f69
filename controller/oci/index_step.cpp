#include "oci/index_step.h"

#include "api/index_plan.h"
#include "api/step_result.h"
#include "base/digest.h"
#include "oci/image_index.h"
#include "oci/manifest.h"
#include "oci/media_types.h"
#include "oci/mounted_file.h"
#include "oci/push_secret.h"
#include "oci/step_ending.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

Result<api::IndexPlan> read_plan(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto text, read_mounted_file(path));
  if (!text) return fail("FileNotFound", "there is no plan at " + path.string(), Retry::never());
  return api::parse_index_plan(*text);
}

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
  const Descriptor index{std::string(media_type::index), base::sha256_digest(document), document.size()};
  TRY_ASSIGN(const bool was_there, registry.push_manifest(repository, index.digest, index, document, stop));
  for (const std::string& tag : plan.target.tags) {
    TRY(registry.push_manifest(repository, tag, index, document, stop));
  }
  return result_of_push(plan, index, was_there);
}

api::StepResult run(const IndexPlaces& places, RegistryOptions options, const std::stop_token& stop) {
  const auto plan = read_plan(places.plan);
  if (!plan) return failed(plan.error(), Direction::Push);
  auto credentials = read_push_secret(places.push_secret, plan->push_secret);
  if (!credentials) return failed(credentials.error(), Direction::Push);
  options.insecure_registries.insert(options.insecure_registries.end(), plan->insecure_registries.begin(),
                                     plan->insecure_registries.end());
  Registry registry(std::move(options), *std::move(credentials));
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
