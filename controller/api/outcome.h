#pragma once

#include <string_view>

#include "api/fields.h"
#include "api/step_result.h"
#include "base/json.h"

namespace staves::api {

/// The enum's own spelling.
std::string_view to_string(Outcome value);
/// The member "outcome", which has to be there.
Outcome read_outcome(const Fields& fields);

/// {package, phase, message}, empty texts left out: as in a step's result and in status.build.warnings.
base::Json warning_to_json(const BuildWarning& warning);
BuildWarning read_warning(const Fields& fields);

/// {files, bytes}: as in a step's result and in status.image.leftOut. Empty when nothing was left out.
base::Json left_out_to_json(const LeftOut& left_out);
LeftOut read_left_out(const Fields& fields);

/// {package, revision}: as in a step's result and in status.build.inputs.live.
base::Json live_revision_to_json(const LiveRevision& live);
LiveRevision read_live_revision(const Fields& fields);

/// {packagesTotal, packagesDone, fromCache, compiled, current}: as in `progress` and in status.build.progress.
base::Json progress_to_json(const Progress& progress);
Progress read_progress(const Fields& fields);

}  // namespace staves::api
