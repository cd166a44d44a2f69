#pragma once

#include <functional>

#include "operate/stores.h"
#include "operate/work_key.h"

namespace staves::operate {

/// Takes a resource that needs a look.
using Wake = std::function<void(const WorkKey& key)>;

/// Makes every change in the stores wake whom it concerns: an image or a builder itself; the images of a builder, or
/// only those that it has just admitted; the builder whose places an image's build takes, wants or gives back, and the
/// builder of an image whose build has new figures; the builder whose own image would have the name of one that comes
/// or goes; the image of a Job or of a Job's pod; the builders that use a claim. Call it before the reflectors start.
void wake_on_changes(Stores& stores, Wake wake);

}  // namespace staves::operate
