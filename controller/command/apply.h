#pragma once

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "command/command_line.h"
#include "command/setting.h"

namespace staves::command {

/// The objects of the options' files, with the builder that there is when none is named.
/// Errors: BadInput, InvalidSpec, those of the cluster when it has to be asked for the builder.
base::Result<std::vector<base::Json>> wanted_objects(const Setting& setting, const Options& options);

/// Applies one object as the field manager of the command line and says what became of it; gives what the server has
/// now. Errors: Conflict with the field and who holds it; those of Cluster::patch.
base::Result<base::Json> apply_object(const Setting& setting, const base::Json& object, bool force);

}  // namespace staves::command
