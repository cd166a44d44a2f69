#pragma once

#include "api/stavesimage.h"
#include "decide/inputs.h"

namespace staves::decide {

/// The inputs with what spec.rebuild holds back as the last build had it: the tree (onTreeChange: Never), the stage3,
/// the builder's Portage settings and the overlays that come of them (onBuilderChange: false). Where nothing is held
/// back, and unless `last` has ended, the inputs as they are. Only `digest` and `document` differ: it is for comparing,
/// and what is built is always made of the inputs as they are. Limit: of a document that was too large to be kept, the
/// builder's settings are not known and not held back.
Inputs with_held_back(const Inputs& now, const api::RebuildPolicy& policy, const api::BuildStatus& last);

}  // namespace staves::decide
