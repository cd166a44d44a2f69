#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::portage {

/// Checks that passwd and group of the root hold root: accounts that came before the layout leave files without it.
/// Errors: AccountsMissing (retry: never).
base::Done check_accounts(const std::filesystem::path& rootfs);

/// A shadow file in which no password was changed after `epoch` (seconds since 1970): accounts carry the day of their
/// merge.
std::string settled_shadow(std::string_view shadow, std::int64_t epoch);

/// Settles /etc/shadow of the root, where there is one. Its mode and owner stay.
/// Errors: FileUnwritable (retry: never).
base::Done settle_accounts(const std::filesystem::path& rootfs, std::int64_t epoch);

}  // namespace staves::portage
