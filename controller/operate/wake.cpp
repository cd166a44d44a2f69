#include "operate/wake.h"

namespace staves::operate {

namespace {

template <class T>
const T& either(const std::shared_ptr<const T>& before, const std::shared_ptr<const T>& after) {
  return after ? *after : *before;
}

void wake_owner(const api::ObjectMeta& job, const Wake& wake) {
  if (!job.owner_uid.empty()) wake({Subject::Image, {job.name_space, job.owner_name}});
}

}  // namespace

void wake_on_changes(Stores& stores, Wake wake) {
  stores.images.on_change(
      [wake](const auto& before, const auto& after) { wake({Subject::Image, key_of(either(before, after).meta)}); });
  stores.builders.on_change([wake, &stores](const auto& before, const auto& after) {
    const kube::ObjectKey builder = key_of(either(before, after).meta);
    wake({Subject::Builder, builder});
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
  stores.claims.on_change([wake, &stores](const auto& before, const auto& after) {
    const std::string claim = to_text(key_of(either(before, after).meta));
    for (const auto& builder : stores.builders.find(by::claim, claim)) wake({Subject::Builder, key_of(builder->meta)});
  });
}

}  // namespace staves::operate
