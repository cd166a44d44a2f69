#include "operate/observe_builder.h"

#include <algorithm>

#include "decide/image_reference.h"
#include "decide/names.h"
#include "decide/own_image.h"

namespace staves::operate {

namespace {

decide::TagLookup look_up(const std::string& reference, const api::StavesBuilder& builder, const Route& route,
                          TagResolver& tags) {
  // The digest that a suspended builder has is in its status.
  if (reference.empty() || builder.spec.suspend || !decide::pinned_digest(reference).empty())
    return {.reference = reference, .digest = {}, .error = {}};
  return tags.latest(
      {.reference = reference, .route = route, .refresh = std::chrono::seconds(builder.spec.refresh_seconds)},
      {Subject::Builder, key_of(builder.meta)});
}

using Builder = std::shared_ptr<const api::StavesBuilder>;

std::vector<Builder> chain_of(const api::StavesBuilder& builder, const Stores& stores) {
  std::vector<Builder> chain;
  const auto is_known = [&](const std::string& name) {
    return name == builder.meta.name ||
           std::ranges::any_of(chain, [&](const Builder& one) { return one->meta.name == name; });
  };
  std::string from = builder.spec.from;
  while (!from.empty()) {
    auto next = stores.builders.get({builder.meta.name_space, from});
    if (!next) break;
    const bool is_circle = is_known(from);
    from = is_circle ? std::string() : next->spec.from;
    chain.push_back(std::move(next));
  }
  return chain;
}

base::Result<std::vector<std::shared_ptr<const api::StavesImage>>> images_of(const api::StavesBuilder& builder,
                                                                             const Stores& stores,
                                                                             const FindImage& find_image) {
  auto images = stores.images.find(by::build, to_text(key_of(builder.meta)));
  for (const api::AdmittedBuild& one : builder.status.builds.admitted) {
    const kube::ObjectKey key{builder.meta.name_space, one.image};
    auto image = stores.images.get(key);
    // Gone, or made after what the store shows: only the server knows.
    if (!image || image->meta.uid != one.uid) {
      TRY_ASSIGN(image, find_image(key));
    }
    if (image && std::ranges::find(images, image) == images.end()) images.push_back(image);
  }
  return images;
}

}  // namespace

base::Result<std::optional<decide::BuilderObservation>> observe_builder(
    const kube::ObjectKey& key, const Stores& stores, TagResolver& tags, const FindClaim& find_claim,
    const FindImage& find_image, const ReadConfigMap& read_config_map, base::TimePoint now) {
  const auto builder = stores.builders.get(key);
  if (!builder) return std::nullopt;
  const kube::ObjectKey claim{key.name_space, decide::claim_name(*builder)};
  decide::BuilderObservation seen;
  seen.wanted = builder;
  seen.claim = stores.claims.get(claim);
  if (!seen.claim) {
    TRY_ASSIGN(seen.claim, find_claim(claim));
  }
  if (!builder->invalid) {
    const auto route = route_of(*builder, read_config_map);
    if (!route && route.error().code != "ConfigMapNotFound") return base::fail(route.error());
    if (route) {
      seen.stage3 = look_up(builder->spec.stage3_image, *builder, *route, tags);
      seen.tree = look_up(builder->spec.snapshot_image, *builder, *route, tags);
    } else {
      seen.ca_problem = route.error();
    }
  }
  seen.chain = chain_of(*builder, stores);
  seen.own_image = stores.images.get({key.name_space, decide::own_image_name(*builder)});
  TRY_ASSIGN(seen.images, images_of(*builder, stores, find_image));
  seen.users = stores.images.find(by::builder, to_text(key));
  seen.now = now;
  return seen;
}

}  // namespace staves::operate
