#pragma once

#include <optional>

#include "decide/observation.h"
#include "operate/progress_reader.h"
#include "operate/stores.h"

namespace staves::operate {

/// Gives the text that a ConfigMap has under a key.
using ReadConfigMap =
    std::function<base::Result<std::string>(const kube::ObjectKey& config_map, const std::string& key)>;

/// Gives a Job as the API server has it now; null: there is none of that name.
using FindJob = std::function<base::Result<std::shared_ptr<const api::BuildJob>>(const kube::ObjectKey& job)>;

/// What is known about an image, from the stores and what pods said last: waits for nothing but a ConfigMap that it
/// refers to, and for `find_job` when the Job of a build that has begun is in no store: it may be gone, and the store
/// may be behind. Nothing when there is no such image (any more).
/// Errors: those of `find_job`, and of `read_config_map` but for ConfigMapNotFound, which is part of what is known.
base::Result<std::optional<decide::ImageObservation>> observe_image(const kube::ObjectKey& key, const Stores& stores,
                                                                    ProgressReader& progress,
                                                                    const ReadConfigMap& read_config_map,
                                                                    const FindJob& find_job, const decide::Setup& setup,
                                                                    base::TimePoint now);

}  // namespace staves::operate
