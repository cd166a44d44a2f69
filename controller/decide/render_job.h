#pragma once

#include <string>

#include "api/stavesimage.h"
#include "decide/decision.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// The Job of the build that `build` records: name, number, attempt and reasons come from there, all else from the
/// specs. The same intent and the same specs always give the same Job.
/// Source: design/0001-the-way-of-a-build.md.
CreateOnce render_job(const ImageObservation& seen, const Inputs& inputs, const api::BuildStatus& build);

/// Whether `job`, made for the build that `build` records, would get another spec now: whatever is rendered into it
/// counts. One that does not say what it was made with (by an operator from before) is judged by the settings alone.
bool is_rendered_otherwise(const api::BuildJob& job, const ImageObservation& seen, const Inputs& inputs,
                           const api::BuildStatus& build);

/// status.build.reasons and the annotation staves.dev/reasons: [{"reason", "changes": [{"path", "was", "is"}]}].
std::string reasons_json(const std::vector<api::ReasonToBuild>& reasons);

}  // namespace staves::decide
