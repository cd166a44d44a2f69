#include "operate/wake.h"

#include <algorithm>

#include "decide/queue.h"
#include "decide/shared_tags.h"

namespace staves::operate {

namespace {

using Image = std::shared_ptr<const api::StavesImage>;
using Builder = std::shared_ptr<const api::StavesBuilder>;

struct Seat {
  decide::Place place = decide::Place::None;
  std::int64_t number = 0;
  std::string builder;
  friend bool operator==(const Seat&, const Seat&) = default;
};

Seat seat_of(const Image& image) {
  if (!image) return {};
  const api::BuildStatus& build = image->status.build;
  return {.place = decide::place_of(build), .number = build.number, .builder = build.inputs.builder_name};
}

/// A place that is taken, given back or wanted concerns the builder that gives it.
void wake_builder_of_build(const Image& before, const Image& after, const Wake& wake) {
  const Seat was = seat_of(before);
  const Seat is = seat_of(after);
  if (was == is) return;
  const std::string& name_space = (after ? after : before)->meta.name_space;
  if (was.place != decide::Place::None) wake({Subject::Builder, {name_space, was.builder}});
  if (is.place != decide::Place::None && (is.builder != was.builder || was.place == decide::Place::None)) {
    wake({Subject::Builder, {name_space, is.builder}});
  }
}

/// Whether nothing but its builds changed about a builder.
bool differs_in_builds_alone(const Builder& before, const Builder& after) {
  if (!before || !after || before->invalid || after->invalid) return false;
  api::StavesBuilderStatus status = before->status;
  status.builds = after->status.builds;
  status.toolchain = after->status.toolchain;
  status.cache_use = after->status.cache_use;  // nor does what lies on its volume
  return before->spec == after->spec && status == after->status && before->meta.uid == after->meta.uid &&
         before->meta.deleting == after->meta.deleting && before->meta.generation == after->meta.generation;
}

void wake_admitted(const Builder& before, const Builder& after, const Wake& wake) {
  const auto& known = before->status.builds.admitted;
  for (const api::AdmittedBuild& one : after->status.builds.admitted) {
    if (std::ranges::find(known, one) == known.end()) wake({Subject::Image, {after->meta.name_space, one.image}});
  }
}

/// Who pushes a tag as well learns that another one begins or ends to.
void wake_sharers_of_tags(const Image& before, const Image& after, const Stores& stores, const Wake& wake) {
  const std::vector<std::string> had = before ? decide::pushed_tags(*before) : std::vector<std::string>{};
  const std::vector<std::string> has = after ? decide::pushed_tags(*after) : std::vector<std::string>{};
  if (had == has) return;
  for (const auto* tags : {&had, &has}) {
    for (const std::string& tag : *tags) {
      for (const Image& sharer : stores.images.find(by::tag, tag)) wake({Subject::Image, key_of(sharer->meta)});
    }
  }
}

/// What a builder or an index reads of an image that it is made of.
bool tells_its_owner(const Image& before, const Image& after) {
  if (!before || !after) return true;
  return before->spec != after->spec || before->status.image != after->status.image ||
         before->status.conditions != after->status.conditions || before->rebuild != after->rebuild ||
         before->meta.deleting != after->meta.deleting || before->meta.owner_uid != after->meta.owner_uid;
}

/// A builder or an image: of the one that it is not there is mostly none, and waking that costs nothing. The owner that
/// it had as well, which has to learn that it lost it.
void wake_owners_of_image(const Image& before, const Image& after, const Wake& wake) {
  if (!tells_its_owner(before, after)) return;
  for (const Image& image : {before, after}) {
    if (image && !image->meta.owner_name.empty()) {
      wake({Subject::Builder, {image->meta.name_space, image->meta.owner_name}});
      wake({Subject::Image, {image->meta.name_space, image->meta.owner_name}});
    }
  }
}

/// Who found the name of an image that it is made of taken waits until it is free.
void wake_claimants_of_name(const Image& before, const Image& after, const Stores& stores, const Wake& wake) {
  if (before && after) return;
  const std::string image = to_text(key_of((after ? after : before)->meta));
  for (const Builder& builder : stores.builders.find(by::own_image, image)) {
    wake({Subject::Builder, key_of(builder->meta)});
  }
  for (const Image& index : stores.images.find(by::platform_image, image)) {
    wake({Subject::Image, key_of(index->meta)});
  }
}

template <class T>
const T& either(const std::shared_ptr<const T>& before, const std::shared_ptr<const T>& after) {
  return after ? *after : *before;
}

bool has_new_figures(const std::shared_ptr<const api::StavesImage>& before,
                     const std::shared_ptr<const api::StavesImage>& after) {
  const bool had = before && before->status.build.metrics;
  const bool has = after && after->status.build.metrics;
  return had && has ? before->status.build.metrics != after->status.build.metrics : had != has;
}

void wake_owner(const api::ObjectMeta& job, const Wake& wake) {
  if (!job.owner_uid.empty()) wake({Subject::Image, {job.name_space, job.owner_name}});
}

}  // namespace

void wake_on_changes(Stores& stores, Wake wake) {
  stores.images.on_change([wake, &stores](const auto& before, const auto& after) {
    wake({Subject::Image, key_of(either(before, after).meta)});
    wake_builder_of_build(before, after, wake);
    wake_sharers_of_tags(before, after, stores, wake);
    wake_owners_of_image(before, after, wake);
    wake_claimants_of_name(before, after, stores, wake);
    // What the last build found in the cache stands in the builder's status.
    if (has_new_figures(before, after)) {
      const api::StavesImage& image = either(before, after);
      wake({Subject::Builder, {image.meta.name_space, image.spec.builder_name}});
    }
  });
  stores.builders.on_change([wake, &stores](const auto& before, const auto& after) {
    const kube::ObjectKey builder = key_of(either(before, after).meta);
    wake({Subject::Builder, builder});
    if (differs_in_builds_alone(before, after)) return wake_admitted(before, after, wake);
    for (const auto& next : stores.builders.find(by::from, to_text(builder))) {
      wake({Subject::Builder, key_of(next->meta)});
    }
    for (const auto& image : stores.images.find(by::builder, to_text(builder))) {
      wake({Subject::Image, key_of(image->meta)});
    }
  });
  stores.jobs.on_change(
      [wake](const auto& before, const auto& after) { wake_owner(either(before, after).meta, wake); });
  stores.pods.on_change([wake, &stores](const auto& before, const auto& after) {
    // A pod may be seen before its Job; the Job wakes the image then.
    const api::ObjectMeta& pod = either(before, after).meta;
    const auto job = stores.jobs.get({pod.name_space, pod.owner_name});
    if (job && job->meta.uid == pod.owner_uid) wake_owner(job->meta, wake);
  });
  stores.config_maps.on_change([wake, &stores](const auto& before, const auto& after) {
    const std::string config_map = to_text(key_of(either(before, after)));
    for (const auto& image : stores.images.find(by::config_map, config_map)) {
      wake({Subject::Image, key_of(image->meta)});
    }
    for (const auto& builder : stores.builders.find(by::ca_bundle, config_map)) {
      wake({Subject::Builder, key_of(builder->meta)});
    }
  });
  stores.claims.on_change([wake, &stores](const auto& before, const auto& after) {
    const std::string claim = to_text(key_of(either(before, after).meta));
    for (const auto& builder : stores.builders.find(by::claim, claim)) wake({Subject::Builder, key_of(builder->meta)});
  });
}

}  // namespace staves::operate
