#pragma once

#include <optional>
#include <string>

#include "api/stavesimage.h"
#include "base/result.h"
#include "decide/image_conditions.h"

namespace staves::decide {

/// What status.build.waiting says while the API server refuses the Job, from its error: at most 512 bytes.
std::string waiting_of(const base::Error& refusal);

/// Whether that says that only another spec can help.
bool is_refused_as_invalid(const api::BuildStatus& build);

/// Where an image stands whose build waits for a Job that is refused; nothing when that is not what it waits for.
std::optional<Standing> standing_when_refused(const api::BuildStatus& build);

}  // namespace staves::decide
