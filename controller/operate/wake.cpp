#include "operate/wake.h"

namespace staves::operate {

namespace {

template <class T>
const T& either(const std::shared_ptr<const T>& before, const std::shared_ptr<const T>& after) {
  return after ? *after : *before;
}

template <class T>
kube::Priority priority_in(const kube::Store<T>& store) {
  return store.is_past_first_list() ? kube::Priority::Normal : kube::Priority::Low;
}

void wake_owner(const api::ObjectMeta& job, const Wake& wake) {
  if (!job.owner_uid.empty()) wake({Subject::Image, {job.name_space, job.owner_name}});
}

/// Calls `tell` with every change of a store, and with a Wake of the priority that the change has.
template <class T, class Tell>
void on_each_change(kube::Store<T>& store, const WakeAt& wake, Tell tell) {
  store.on_change([&store, wake, tell](const auto& before, const auto& after) {
    const kube::Priority priority = priority_in(store);
    tell(either(before, after), [&](const WorkKey& key) { wake(key, priority); });
  });
}

}  // namespace

void wake_on_changes(Stores& stores, const WakeAt& wake) {
  on_each_change(stores.images, wake, [](const api::StavesImage& image, const Wake& wake_one) {
    wake_one({Subject::Image, key_of(image.meta)});
  });
  on_each_change(stores.builders, wake, [&stores](const api::StavesBuilder& builder, const Wake& wake_one) {
    wake_one({Subject::Builder, key_of(builder.meta)});
    for (const auto& image : stores.images.find(by::builder, to_text(key_of(builder.meta)))) {
      wake_one({Subject::Image, key_of(image->meta)});
    }
  });
  on_each_change(stores.jobs, wake,
                 [](const api::BuildJob& job, const Wake& wake_one) { wake_owner(job.meta, wake_one); });
  on_each_change(stores.pods, wake, [&stores](const api::BuildPod& pod, const Wake& wake_one) {
    // A pod may be seen before its Job; the Job wakes the image then.
    const auto job = stores.jobs.get({pod.meta.name_space, pod.meta.owner_name});
    if (job && job->meta.uid == pod.meta.owner_uid) wake_owner(job->meta, wake_one);
  });
  on_each_change(stores.claims, wake, [&stores](const api::VolumeClaim& claim, const Wake& wake_one) {
    for (const auto& builder : stores.builders.find(by::claim, to_text(key_of(claim.meta)))) {
      wake_one({Subject::Builder, key_of(builder->meta)});
    }
  });
}

}  // namespace staves::operate
