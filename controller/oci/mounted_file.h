#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "oci/credentials.h"

namespace staves::oci {

/// A file that the kubelet mounts; nothing when there is none. Its keys are symbolic links to a directory that is
/// swapped, so unlike base::read_file this follows links: use it only for mounts of the kubelet. Errors: FileUnreadable
/// (retry: never); FileTooLarge (never) above 1 MiB.
base::Result<std::optional<std::string>> read_mounted_file(const std::filesystem::path& path);

/// The credentials of a mounted Secret; none when nothing is mounted there.
/// Errors: InvalidCredentials (retry: when the spec changes), also when the file cannot be read.
base::Result<Credentials> read_mounted_credentials(const std::filesystem::path& path);

}  // namespace staves::oci
