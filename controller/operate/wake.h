#pragma once

#include <functional>

#include "kube/work_queue.h"
#include "operate/stores.h"
#include "operate/work_key.h"

namespace staves::operate {

/// Takes a resource that needs a look.
using Wake = std::function<void(const WorkKey& key)>;

/// Takes a resource that needs a look, and how soon.
using WakeAt = std::function<void(const WorkKey& key, kube::Priority priority)>;

/// Makes every change in the stores wake whom it concerns: an image or a builder itself; the images of a builder; the
/// image of a Job or of a Job's pod; the builders that use a claim. What a store's first list tells has low priority:
/// after a start nearly all of it is as it was left. Call it before the reflectors start.
void wake_on_changes(Stores& stores, const WakeAt& wake);

}  // namespace staves::operate
