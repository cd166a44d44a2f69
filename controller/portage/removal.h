#pragma once

#include <filesystem>

#include "api/step_result.h"
#include "base/result.h"

namespace staves::portage {

/// Removes a file, a link or a whole directory; nothing when it is not there. Links are not followed.
/// Errors: FileUnwritable (retry: never).
base::Done remove_path(const std::filesystem::path& path);

/// The same, and adds the files and links that went, and the bytes of the files, to `out`.
base::Done remove_counted(const std::filesystem::path& path, api::LeftOut& out);

}  // namespace staves::portage
