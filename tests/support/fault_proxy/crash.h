#pragma once

#include <filesystem>

namespace staves::test {

/// Kills (SIGKILL) the process whose number stands in the file. False: there is no such file, number or process.
bool kill_process_of(const std::filesystem::path& pid_file);

}  // namespace staves::test
