#include "decide/platform_images.h"

#include <algorithm>

#include "api/bounded_text.h"
#include "api/spec_parts.h"
#include "base/digest.h"
#include "decide/image_status.h"
#include "decide/labels.h"
#include "decide/names.h"
#include "decide/owned_image.h"
#include "decide/status_patch.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using api::ReadyReason;
using Image = std::shared_ptr<const api::StavesImage>;

constexpr std::string_view refused = " is refused: ";
constexpr std::size_t most_refusal_bytes = 512;

OwnedImage wanted_image(const api::StavesImage& index, const api::Platform& platform) {
  return {.owner_kind = api::stavesimage_kind(),
          .owner = index.meta,
          .owner_label = label::image,
          .name = platform_image_name(index, platform),
          .spec = platform_image_spec(index.spec, platform),
          // Once it is done they are asked by whoever asks them.
          .rebuild = index.rebuild == index.status.last_trigger ? std::string() : index.rebuild};
}

/// The end of the names of all images that an index is made of.
std::string mark_of(const api::StavesImage& index) {
  return "-" + base::short_hash(index.meta.uid, 8);
}

/// An owner reference alone may be somebody else's way to have it deleted with the index.
bool is_owned(const ImageObservation& seen, const api::StavesImage& image) {
  return image.meta.owner_uid == seen.wanted->meta.uid && image.meta.name.ends_with(mark_of(*seen.wanted));
}

/// Null: there is none of that name.
const api::StavesImage* find(const ImageObservation& seen, const std::string& name) {
  const auto is_it = [&](const Image& image) { return image->meta.name == name; };
  const auto found = std::ranges::find_if(seen.platform_images, is_it);
  return found == seen.platform_images.end() ? nullptr : found->get();
}

bool holds(const api::StavesImage& image, const char* type) {
  const api::Condition* condition = api::find_condition(image.status.conditions, type);
  return condition != nullptr && condition->status == api::ConditionStatus::True;
}

/// Whether what it says of itself is about what the index says now.
bool speaks_of_now(const api::StavesImage& image, const OwnedImage& wanted) {
  return image.spec == wanted.spec && image.status.observed_generation == image.meta.generation;
}

bool is_built(const api::StavesImage& image, const OwnedImage& wanted) {
  return speaks_of_now(image, wanted) && holds(image, "Ready") && image.status.image;
}

std::string about(const api::StavesImage& index, const api::Platform& platform) {
  return "the image for " + to_string(platform) + " (StavesImage " + platform_image_name(index, platform) + ")";
}

Standing is_to_come(const std::string& what) {
  return {.reason = ReadyReason::Building, .message = what + " is not built yet", .reconciling = true};
}

Standing is_refused(std::string message) {
  return {.reason = ReadyReason::Building, .message = std::move(message), .reconciling = true};
}

/// What Ready said of an image that was refused, while that may still be so: until the next generation.
std::optional<Standing> known_refusal(const api::StavesImage& index, const std::string& what) {
  const api::Condition* ready = api::find_condition(index.status.conditions, "Ready");
  const bool still = ready != nullptr && ready->observed_generation == index.meta.generation &&
                     std::string_view(ready->message).starts_with(what + std::string(refused));
  return still ? std::optional(is_refused(ready->message)) : std::nullopt;
}

/// What an image says of itself, in its own words.
Standing standing_of(const api::StavesImage& image, const std::string& what) {
  const api::Condition* ready = api::find_condition(image.status.conditions, "Ready");
  if (ready == nullptr || ready->status == api::ConditionStatus::True) return is_to_come(what);
  const ReadyReason reason = api::ready_reason_from(ready->reason).value_or(ReadyReason::Building);
  return {.reason = reason,
          .message = what + ": " + ready->message,
          .reconciling = holds(image, "Reconciling"),
          .stalled = holds(image, "Stalled")};
}

/// Nothing when it is built.
std::optional<Standing> standing_of(const ImageObservation& seen, const api::Platform& platform) {
  const OwnedImage wanted = wanted_image(*seen.wanted, platform);
  const std::string what = about(*seen.wanted, platform);
  const api::StavesImage* image = find(seen, wanted.name);
  if (image == nullptr) return known_refusal(*seen.wanted, what).value_or(is_to_come(what));
  if (!is_owned(seen, *image)) {
    return Standing{.reason = ReadyReason::NameTaken,
                    .message = "the StavesImage " + wanted.name + " belongs to somebody else; delete or rename it",
                    .stalled = true};
  }
  if (is_built(*image, wanted)) return std::nullopt;
  return speaks_of_now(*image, wanted) ? standing_of(*image, what) : is_to_come(what);
}

/// The one that waits longest for its user.
int urgency(const Standing& standing) {
  if (standing.stalled) return 2;
  return standing.reconciling ? 0 : 1;
}

bool may_be_made(const ImageObservation& seen) {
  const api::StavesImageSpec& spec = seen.wanted->spec;
  return !spec.suspend && seen.builder && why_not_on_several_nodes(spec, seen.builder->spec).empty();
}

bool is_wanted(const api::StavesImage& index, const std::string& name) {
  return is_index(index.spec) && std::ranges::any_of(index.spec.platforms, [&](const api::Platform& platform) {
           return platform_image_name(index, platform) == name;
         });
}

}  // namespace

bool is_index(const api::StavesImageSpec& spec) {
  return spec.platforms.size() > 1;
}

std::string platform_image_name(const api::StavesImage& index, const api::Platform& platform) {
  return beginning_of(index.meta.name, 30) + "-" + dashed(platform) + mark_of(index);
}

api::StavesImageSpec platform_image_spec(const api::StavesImageSpec& index, const api::Platform& platform) {
  api::StavesImageSpec spec = index;
  spec.staves_toml.reset();
  spec.platforms = {platform};
  for (std::string& tag : spec.image.tags) tag += "-" + dashed(platform);
  return spec;
}

std::vector<Action> keep_platform_images(const ImageObservation& seen) {
  const api::StavesImage& index = *seen.wanted;
  std::vector<Action> actions;
  for (const Image& image : seen.platform_images) {
    if (!is_owned(seen, *image) || image->meta.deleting || is_wanted(index, image->meta.name)) continue;
    actions.emplace_back(Delete{.object = ref_to(*image)});
  }
  if (!is_index(index.spec)) return actions;
  for (const api::Platform& platform : index.spec.platforms) {
    const OwnedImage wanted = wanted_image(index, platform);
    const api::StavesImage* image = find(seen, wanted.name);
    if (image == nullptr) {
      if (may_be_made(seen)) actions.emplace_back(create_owned_image(wanted));
    } else if (is_owned(seen, *image) && !image->meta.deleting && differs(*image, wanted)) {
      actions.emplace_back(change_owned_image(*image, wanted));
    }
  }
  return actions;
}

std::optional<Standing> standing_of_platforms(const ImageObservation& seen) {
  std::optional<Standing> worst;
  for (const api::Platform& platform : seen.wanted->spec.platforms) {
    auto standing = standing_of(seen, platform);
    if (standing && (!worst || urgency(*standing) > urgency(*worst))) worst = std::move(standing);
  }
  return worst;
}

std::optional<Standing> standing_when_image_refused(const ImageObservation& seen, const std::string& why) {
  for (const api::Platform& platform : seen.wanted->spec.platforms) {
    if (find(seen, platform_image_name(*seen.wanted, platform)) != nullptr) continue;
    return is_refused(about(*seen.wanted, platform) + std::string(refused) + api::at_most(why, most_refusal_bytes) +
                      ". It is tried again every minute; change what refuses it, or the spec.");
  }
  return std::nullopt;
}

std::string why_not_on_several_nodes(const api::StavesImageSpec& index, const api::StavesBuilderSpec& builder) {
  const std::string& first = index.platforms.front().architecture;
  const bool one_architecture =
      std::ranges::all_of(index.platforms, [&](const api::Platform& one) { return one.architecture == first; });
  // Whether an existing claim can be shared is for whoever made it to know.
  if (one_architecture || !builder.cache.existing_claim.empty() || builder.cache.access_mode == "ReadWriteMany") {
    return {};
  }
  return "platforms of several architectures need a builder with spec.cache.accessMode ReadWriteMany, because one node "
         "at a time has a volume with ReadWriteOnce";
}

std::vector<api::IndexedImage> indexed_images(const ImageObservation& seen) {
  if (standing_of_platforms(seen)) return {};
  std::vector<api::IndexedImage> images;
  for (const api::Platform& platform : seen.wanted->spec.platforms) {
    const api::BuiltImage& image = *find(seen, platform_image_name(*seen.wanted, platform))->status.image;
    images.push_back({.platform = platform,
                      .digest = image.digest,
                      .size_bytes = image.size_bytes,
                      .uncompressed_bytes = image.uncompressed_bytes});
  }
  return images;
}

std::optional<Inputs> inputs_of_index(const ImageObservation& seen) {
  const auto images = indexed_images(seen);
  if (images.empty()) return std::nullopt;
  base::Json document{{"image", api::to_json(seen.wanted->spec.image)}};
  for (const api::IndexedImage& image : images) document["images"][to_string(image.platform)] = image.digest;
  Inputs inputs;
  inputs.document = base::to_canonical_json(document);
  inputs.digest = base::sha256_digest(inputs.document);
  inputs.settings = settings_of(seen.wanted->spec, seen.builder->spec);
  return inputs;
}

bool have_rebuilt(const ImageObservation& seen) {
  const api::StavesImage& index = *seen.wanted;
  return std::ranges::all_of(index.spec.platforms, [&](const api::Platform& platform) {
    const api::StavesImage* image = find(seen, platform_image_name(index, platform));
    return image != nullptr && image->status.last_trigger == index.rebuild && !is_running(image->status.build);
  });
}

bool asks_the_index_itself(const ImageObservation& seen) {
  const api::BuildStatus& last = seen.wanted->status.build;
  const bool is_new = seen.wanted->rebuild != seen.wanted->status.last_trigger;
  return is_new && (last.failure || last.cancelled) && have_rebuilt(seen);
}

api::StavesImage without_what_platforms_build(const api::StavesImage& index) {
  api::StavesImage image = index;
  image.spec = {};
  image.spec.builder_name = index.spec.builder_name;
  image.spec.platforms = index.spec.platforms;
  image.spec.image = index.spec.image;
  image.spec.push_secret_name = index.spec.push_secret_name;
  image.spec.build = index.spec.build;
  image.spec.queue_name = index.spec.queue_name;
  image.spec.history_succeeded = index.spec.history_succeeded;
  image.spec.history_failed = index.spec.history_failed;
  image.spec.suspend = index.spec.suspend;
  image.rebuild.clear();
  return image;
}

}  // namespace staves::decide
