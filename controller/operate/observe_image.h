#pragma once

#include <optional>

#include "decide/observation.h"
#include "operate/progress_reader.h"
#include "operate/stores.h"

namespace staves::operate {

/// What is known about an image, from the stores and what pods said last: waits for nothing. Nothing when there is no
/// such image (any more).
std::optional<decide::ImageObservation> observe_image(const kube::ObjectKey& key, const Stores& stores,
                                                      ProgressReader& progress, const decide::Setup& setup,
                                                      base::TimePoint now);

}  // namespace staves::operate
