#pragma once

#include <filesystem>
#include <string>

#include "oci/credentials.h"

namespace staves::oci {

/// The credentials of a mounted push Secret; none when the build has no Secret (`name` is empty). The volume is
/// optional, so that a build can say what is missing: a pod without it would wait in silence.
/// Errors: RegistryAuthFailed (retry: when the spec changes); as read_mounted_credentials.
base::Result<Credentials> read_push_secret(const std::filesystem::path& file, const std::string& name);

}  // namespace staves::oci
